package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.SourceState;
import dev.millrace.engine.TimeReport;
import dev.millrace.engine.internal.chain.OpenWindows;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.TimeMark;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together where event time stands in a job. Made for one report, by any thread; reads what the tasks have told. */
final class TimeReporter {
    private static final int NONE = -1;

    private final LogicalPlan plan;
    private final JobGraph graph;
    private final long nowNanos;

    TimeReporter(LogicalPlan plan, JobGraph graph, long nowNanos) {
        this.plan = plan;
        this.graph = graph;
        this.nowNanos = nowNanos;
    }

    TimeReport report() {
        List<TimeReport.Source> sources = new ArrayList<>();
        List<TimeReport.Input> inputs = new ArrayList<>();
        List<TimeReport.Windows> windows = new ArrayList<>();
        for (Task task : graph.tasks()) {
            SourceInput source = graph.sourceOf(task);
            ChannelInput input = graph.inputOf(task);
            if (source != null && !source.time().marks().isEmpty()) {
                sources.add(source(task, source));
            }
            if (input != null) {
                inputs.add(input(task, input.time(), input));
            }
            for (WatchedWindows watched : task.watched()) {
                windows.add(windows(task, watched));
            }
        }
        return new TimeReport(sources, inputs, windows);
    }

    private TimeReport.Source source(Task task, SourceInput source) {
        SourceTime time = source.time();
        return new TimeReport.Source(
                source.name(),
                stateOf(task, source),
                since(time.stateSinceNanos()),
                instant(time.watermarkMillis()),
                instant(latestOf(time)),
                since(time.sinceNanos()));
    }

    private static SourceState stateOf(Task task, SourceInput source) {
        SourceState state = source.time().state();
        return state == SourceState.READING && task.isHeldUp() ? SourceState.HELD_UP : state;
    }

    private static long latestOf(SourceTime time) {
        return time.marks().stream().mapToLong(TimeMark::latestMillis).max().orElse(Receiver.NO_TIME);
    }

    private TimeReport.Input input(Task task, MergedTime time, ChannelInput input) {
        List<TimeReport.From> from = new ArrayList<>();
        for (int i = 0; i < time.inputs(); i++) {
            from.add(new TimeReport.From(
                    input.producer(i).name(), instant(time.watermarkOf(i)), time.isIdle(i), time.hasEnded(i)));
        }
        int slowest = slowest(time);
        return new TimeReport.Input(
                task.name(),
                instant(time.merged()),
                since(time.sinceNanos()),
                slowest == NONE ? "" : input.producer(slowest).name(),
                from);
    }

    /** The input that holds time back; {@link #NONE} if nobody does. */
    private static int slowest(MergedTime time) {
        int slowest = NONE;
        for (int i = 0; i < time.inputs(); i++) {
            if (!time.isIdle(i)
                    && !time.hasEnded(i)
                    && (slowest == NONE || time.watermarkOf(i) < time.watermarkOf(slowest))) {
                slowest = i;
            }
        }
        return slowest;
    }

    private TimeReport.Windows windows(Task task, WatchedWindows watched) {
        long watermark = watermarkAt(task, watched.operator());
        long earliest = watched.open().earliestMillis();
        int count = earliest == OpenWindows.NONE ? 0 : watched.open().count();
        long end = count == 0 ? Receiver.NO_TIME : watched.end().applyAsLong(earliest, watermark);
        return new TimeReport.Windows(
                watched.operator(),
                task.name(),
                instant(watermark),
                count,
                instant(end),
                why(task, count, watermark, end));
    }

    /** In a task that reads a source, time is where the stream that leads to the operator is. */
    private long watermarkAt(Task task, String operator) {
        ChannelInput input = graph.inputOf(task);
        if (input != null) {
            return input.time().merged();
        }
        SourceInput source = graph.sourceOf(task);
        String name = timeNameOf(operator);
        if (source != null) {
            for (TimeMark mark : source.time().marks()) {
                if (mark.name().equals(name)) {
                    return mark.watermarkMillis();
                }
            }
        }
        return Receiver.NO_TIME;
    }

    private String timeNameOf(String operator) {
        for (Node node : plan.nodes()) {
            if (operator.equals(node.name())) {
                for (Node at = node.upstream(); at != null; at = at.upstream()) {
                    if (at instanceof EventTimeNode time) {
                        return plan.timeNameOf(time);
                    }
                }
            }
        }
        return "";
    }

    private String why(Task task, int open, long watermark, long end) {
        if (open == 0) {
            return "no window is open: no event has come since the last one closed";
        }
        if (end == Receiver.END_OF_TIME) {
            return "the window is the whole stream: it closes at its end";
        }
        if (watermark >= end - 1) {
            return "the window that ends at " + instant(end) + " gives its result now";
        }
        StringBuilder text = new StringBuilder("the window that ends at " + instant(end)
                + " waits for time, which is at " + instant(watermark) + ": ");
        explain(task, end, text);
        return text.toString();
    }

    /** Goes from task to task to the source that time waits for. */
    private void explain(Task task, long end, StringBuilder text) {
        Task at = task;
        ChannelInput input = graph.inputOf(at);
        while (input != null) {
            MergedTime time = input.time();
            int slowest = slowest(time);
            if (slowest == NONE) {
                slowest = furthestIdle(time);
                if (slowest == NONE) {
                    text.append("all inputs of ").append(at.name()).append(" have ended");
                    return;
                }
                text.append("all inputs of ").append(at.name()).append(" that have not ended are idle; ");
            } else if (time.inputs() > 1 || graph.inputOf(input.producer(slowest)) == null) {
                text.append(at.name())
                        .append(" is held back by ")
                        .append(input.producer(slowest).name())
                        .append(" for ")
                        .append(since(time.sinceNanos()))
                        .append("; ");
            }
            at = input.producer(slowest);
            input = graph.inputOf(at);
        }
        SourceInput source = graph.sourceOf(at);
        if (source != null) {
            explain(source, stateOf(at, source), end, text);
        }
    }

    private static int furthestIdle(MergedTime time) {
        int furthest = NONE;
        for (int i = 0; i < time.inputs(); i++) {
            if (time.isIdle(i) && (furthest == NONE || time.watermarkOf(i) > time.watermarkOf(furthest))) {
                furthest = i;
            }
        }
        return furthest;
    }

    private void explain(SourceInput source, SourceState state, long end, StringBuilder text) {
        SourceTime time = source.time();
        String name = "source " + source.name();
        Duration stateFor = since(time.stateSinceNanos());
        text.append(
                switch (state) {
                    case READING -> name + " is being read";
                    case SILENT ->
                        name + " has had no event for " + stateFor + ", and "
                                + (time.idleAfterNanos() == 0
                                        ? "is never idle"
                                        : "is idle after " + Duration.ofNanos(time.idleAfterNanos()));
                    case IDLE -> name + " has been idle for " + stateFor;
                    case AHEAD ->
                        name + " is ahead of another source by more than it may be, and has waited for " + stateFor;
                    case HELD_UP -> name + " is not read because those behind it have no room";
                    case FINISHED -> name + " has ended";
                });
        TimeMark mark = slowestMark(time);
        if (mark == null) {
            return;
        }
        if (mark.latestMillis() == Receiver.NO_TIME) {
            text.append(", and has given no event yet");
            return;
        }
        text.append(", its latest event is at ").append(instant(mark.latestMillis()));
        if (mark.strategy().function() == null) {
            Duration disorder = Duration.ofMillis(mark.strategy().disorderMillis());
            text.append(" and disorder of ").append(disorder).append(" is allowed: an event from ");
            text.append(instant(end).plus(disorder)).append(" on moves time far enough");
        }
    }

    private static @Nullable TimeMark slowestMark(SourceTime time) {
        TimeMark slowest = null;
        for (TimeMark mark : time.marks()) {
            if (slowest == null || mark.watermarkMillis() < slowest.watermarkMillis()) {
                slowest = mark;
            }
        }
        return slowest;
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, nowNanos - nanos));
    }

    private static Instant instant(long millis) {
        if (millis == Receiver.NO_TIME) {
            return Instant.MIN;
        }
        return millis == Receiver.END_OF_TIME ? Instant.MAX : Instant.ofEpochMilli(millis);
    }
}
