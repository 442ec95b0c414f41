package dev.millrace.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where event time stands in a running job, and what holds it back: why a window does not give its result yet. Immutable. The
 * numbers were true a moment ago, each by itself; the job was not stopped to take them.
 *
 * <p>A moment is {@link Instant#MIN} where there is none yet, and {@link Instant#MAX} at the end of a stream.
 *
 * @param sources whose events have time
 * @param inputs the tasks that read from other tasks
 * @param windows what is open, by operator and task
 */
public record TimeReport(List<Source> sources, List<Input> inputs, List<Windows> windows) {
    /** Of a job that does not run. */
    public static final TimeReport EMPTY = new TimeReport(List.of(), List.of(), List.of());

    public TimeReport {
        sources = List.copyOf(sources);
        inputs = List.copyOf(inputs);
        windows = List.copyOf(windows);
    }

    /**
     * A source.
     *
     * @param inState how long it has been in its state
     * @param watermark no event up to it is expected any more
     * @param latest event
     * @param unchangedFor how long the watermark has been where it is
     */
    public record Source(
            String name,
            SourceState state,
            Duration inState,
            Instant watermark,
            Instant latest,
            Duration unchangedFor) {}

    /**
     * The inputs of a task.
     *
     * @param watermark of the task
     * @param unchangedFor how long it has been there
     * @param heldBackBy the task whose events are furthest behind, of those that time waits for; empty if there is none
     */
    public record Input(String task, Instant watermark, Duration unchangedFor, String heldBackBy, List<From> from) {
        public Input {
            from = List.copyOf(from);
        }
    }

    /**
     * One input of a task.
     *
     * @param task that sends
     * @param watermark that it sent last
     * @param isIdle whether time does not wait for it, because its sources are silent
     * @param hasEnded whether it has sent all there is
     */
    public record From(String task, Instant watermark, boolean isIdle, boolean hasEnded) {}

    /**
     * The windows of an operator in a task.
     *
     * @param name of the operator
     * @param watermark there
     * @param open how many windows are open: for sliding ones, slices of them; for sessions, keys that have one
     * @param oldestEnd when the earliest of them ends; sessions end later if they grew since they were looked at last
     * @param why it does not give its result yet, in a sentence
     */
    public record Windows(String name, String task, Instant watermark, int open, Instant oldestEnd, String why) {}

    /** The same in lines for people. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Source source : sources) {
            text.append("source ")
                    .append(source.name())
                    .append(": ")
                    .append(source.state())
                    .append(" for ");
            text.append(source.inState())
                    .append(", watermark=")
                    .append(source.watermark())
                    .append(" for ");
            text.append(source.unchangedFor())
                    .append(", latest=")
                    .append(source.latest())
                    .append('\n');
        }
        for (Input input : inputs) {
            text.append("task ")
                    .append(input.task())
                    .append(": watermark=")
                    .append(input.watermark())
                    .append(" for ");
            text.append(input.unchangedFor());
            if (!input.heldBackBy().isEmpty()) {
                text.append(", held back by ").append(input.heldBackBy());
            }
            text.append('\n');
            for (From from : input.from()) {
                text.append("  from ")
                        .append(from.task())
                        .append(": watermark=")
                        .append(from.watermark());
                text.append(from.isIdle() ? ", idle" : "")
                        .append(from.hasEnded() ? ", ended" : "")
                        .append('\n');
            }
        }
        for (Windows each : windows) {
            text.append(each.name())
                    .append(" in ")
                    .append(each.task())
                    .append(": open=")
                    .append(each.open());
            text.append(", ").append(each.why()).append('\n');
        }
        return text.toString();
    }
}
