package dev.millrace.engine.operator;

/**
 * Reads a source from a position. Used by one thread at a time; that thread may change.
 *
 * <p>A reader is replayable: after {@link #seek} to a position it gives the same events again that followed when that
 * position was taken.
 */
public abstract class SourceReader implements AutoCloseable {
    /** The most parts that a source may have. */
    public static final int MAX_PARTS = 1024;

    /**
     * Goes to the next event.
     *
     * @return false if there is none now, see {@link #isFinished}
     * @throws BadInputException if the input is malformed and the job does not skip
     */
    public abstract boolean advance();

    /**
     * Makes the event that {@link #advance} went to; called once after each call of it that said true, and at once. Best is
     * a method that ends in {@code return new Event(..)}: a record that no branch joins with another, or with null, is
     * never built once the chain is compiled.
     *
     * @throws BadInputException if the input is malformed and the job does not skip
     */
    public abstract Object event();

    /**
     * Which part of the source the event that {@link #event} made last came from, from 0: a file of several, a partition of a
     * topic. Asked only where {@link dev.millrace.engine.stream.WatermarkStrategy#perPart} was.
     */
    public int part() {
        return 0;
    }

    /** How many parts the source will ever have, from 1 to {@link #MAX_PARTS}; the same in every life of the job. */
    public int parts() {
        return 1;
    }

    /** Says whether no event will ever follow. */
    public abstract boolean isFinished();

    /** The place behind the event that {@link #advance} went to last, as bytes that {@link #seek} understands. */
    public abstract byte[] position();

    /**
     * Goes to a position.
     *
     * @throws BadInputException if the input is not the one that the position was taken in
     */
    public abstract void seek(byte[] position);

    /**
     * Hears that an epoch which ended at this position is committed. Called by another thread than the one that reads,
     * while that may be reading; a reader that need not know does nothing.
     */
    public void committed(byte[] position) {}

    /** Input that was skipped because it was malformed, in elements since the beginning. */
    public abstract long skippedCount();

    /** How much was read, from 0 to 1; negative if unknown. Any thread may ask. */
    public abstract double progress();

    /** Where the reader is, for people: a file and a line, say. */
    public abstract String place();

    /** Gives everything back. A second call does nothing. */
    @Override
    public abstract void close();
}
