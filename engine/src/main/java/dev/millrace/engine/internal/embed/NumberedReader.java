package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.SourceReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;

/**
 * Computes events from their numbers. Its position is how many it made in all lives of the job. A template: each reader is of
 * a class of its own, in which the function is a constant, so that it is inlined.
 */
final class NumberedReader extends SourceReader {
    /** {@code (long number) -> Object} */
    private static final MethodHandle FUNCTION;

    static {
        try {
            FUNCTION = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long limit;
    private long next;

    NumberedReader(long limit) {
        this.limit = limit;
    }

    @Override
    public boolean advance() {
        if (next >= limit) {
            return false;
        }
        next++;
        return true;
    }

    @Override
    public Object event() {
        try {
            return (Object) FUNCTION.invokeExact(next - 1);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    @Override
    public boolean isFinished() {
        return next >= limit;
    }

    @Override
    public byte[] position() {
        return ByteBuffer.allocate(Long.BYTES).putLong(next).array();
    }

    @Override
    public void seek(byte[] position) {
        if (position.length != Long.BYTES || ByteBuffer.wrap(position).getLong() < 0) {
            throw new BadInputException("position is none of a generator: lengthBytes=" + position.length
                    + "; the source of this name was another one when the state was written");
        }
        next = ByteBuffer.wrap(position).getLong();
    }

    @Override
    public long skippedCount() {
        return 0;
    }

    @Override
    public double progress() {
        return limit == Long.MAX_VALUE ? -1 : limit == 0 ? 1 : Math.min(1, (double) next / limit);
    }

    @Override
    public String place() {
        return "event=" + (next - 1) + " of the generator";
    }

    @Override
    public void close() {}
}
