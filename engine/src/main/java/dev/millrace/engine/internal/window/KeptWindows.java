package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Windows that are kept as state of their key, for all that slices cannot do: results before and behind the end, and
 * contents that are more than a value. Used as any {@link KeyedProcess}.
 *
 * <p>A window has a number: its start, or for a session the time of the event that opened it, which no other session of the
 * key can have while this one is there. A key has one timer for all its windows, at the first moment at which there is
 * something to do.
 *
 * @param sizeMillis of a window; the gap of sessions
 * @param slideMillis from window to window; 0 for sessions
 * @param heads the windows, by number
 * @param due when the timer is set for
 */
record KeptWindows(
        long sizeMillis,
        long slideMillis,
        Panes panes,
        Function<Object, Object> keyOf,
        MapState<Long, WindowHead> heads,
        ValueState<Long> due,
        Contents<Object, Object, Object> contents)
        implements KeyedProcess<Object, Object, Object> {

    @Override
    public void on(Object event, Output<Object> output) {
        WindowOutput<Object> out = (WindowOutput<Object>) output;
        if (slideMillis == 0) {
            toSession(event, out);
        } else {
            toWindows(event, out);
        }
    }

    private boolean isOver(long end, WindowOutput<Object> out) {
        return end - 1 + panes.latenessMillis() <= out.watermark();
    }

    private void toWindows(Object event, WindowOutput<Object> out) {
        long at = out.timestamp();
        long start = Math.floorDiv(at, slideMillis) * slideMillis;
        if (isOver(start + sizeMillis, out)) {
            out.late(event);
            return;
        }
        while (start > at - sizeMillis && !isOver(start + sizeMillis, out)) {
            WindowHead head = heads.get(start);
            add(start, head == null ? new WindowHead(start, start + sizeMillis, 0, 0, false) : head, event, out);
            start -= slideMillis;
        }
    }

    private void toSession(Object event, WindowOutput<Object> out) {
        long start = out.timestamp();
        long end = start + sizeMillis;
        List<Long> met = new ArrayList<>(2);
        for (Map.Entry<Long, WindowHead> each : heads) {
            if (each.getValue().start() < end && start < each.getValue().end()) {
                met.add(each.getKey());
            }
        }
        if (met.isEmpty() && isOver(end, out)) {
            out.late(event);
            return;
        }
        long number = met.isEmpty() ? start : largest(met);
        WindowHead head = met.isEmpty() ? new WindowHead(start, end, 0, 0, false) : head(number);
        for (long other : met) {
            if (other != number) {
                WindowHead gone = head(other);
                contents.move(other, gone, number, head);
                head = head.and(gone);
                heads.remove(other);
            }
        }
        add(number, head.with(start, end).closedBy(out.watermark()), event, out);
    }

    /** The session that has the most events: the others are moved to it, so that an event moves O(log n) times. */
    private long largest(List<Long> met) {
        long largest = met.get(0);
        for (long each : met) {
            if (head(each).eventCount() > head(largest).eventCount()) {
                largest = each;
            }
        }
        return largest;
    }

    private WindowHead head(long number) {
        return Objects.requireNonNull(heads.get(number), "an open window has a head");
    }

    private void add(long number, WindowHead before, Object event, WindowOutput<Object> out) {
        contents.add(number, before.eventCount(), event, out);
        WindowHead head = before.withEvent();
        if (head.last() <= out.watermark()) {
            head = show(number, head, head.isClosed() ? Pane.UPDATE : Pane.FINAL, keyOf.apply(event), out);
        } else if (panes.earlyCount() > 0 && head.eventCount() - head.shownCount() >= panes.earlyCount()) {
            head = show(number, head, Pane.EARLY, keyOf.apply(event), out);
        } else if (panes.earlyMillis() > 0 && !out.hasTimer("", TimeKind.PROCESSING)) {
            out.timerAfter("", TimeKind.PROCESSING, Duration.ofMillis(panes.earlyMillis()));
        }
        heads.put(number, head);
        if (slideMillis == 0 || before.eventCount() == 0) {
            wakeAt(head.deadline(panes.latenessMillis()), out);
        }
    }

    private void wakeAt(long deadline, WindowOutput<Object> out) {
        Long set = due.get();
        if (set == null || deadline < set) {
            due.set(deadline);
            out.timerAt(Instant.ofEpochMilli(deadline));
        }
    }

    private WindowHead show(long number, WindowHead head, Pane pane, Object key, WindowOutput<Object> out) {
        Window bounds = new Window(Instant.ofEpochMilli(head.start()), Instant.ofEpochMilli(head.end()));
        contents.show(key, bounds, pane, number, head, out);
        return head.shown(pane != Pane.EARLY);
    }

    @Override
    public void onTimer(Object key, Timer timer, Output<Object> output) {
        WindowOutput<Object> out = (WindowOutput<Object>) output;
        List<Map.Entry<Long, WindowHead>> open = new ArrayList<>();
        heads.iterator().forEachRemaining(open::add);
        open.sort(Comparator.comparingLong(each -> each.getValue().end()));
        if (timer.time() == TimeKind.PROCESSING) {
            showEarly(key, open, out);
        } else {
            due.clear();
            close(key, open, timer.isAtEnd() ? Long.MAX_VALUE : timer.at().toEpochMilli(), out);
        }
    }

    private void showEarly(Object key, List<Map.Entry<Long, WindowHead>> open, WindowOutput<Object> out) {
        for (Map.Entry<Long, WindowHead> each : open) {
            WindowHead head = each.getValue();
            if (!head.isClosed() && head.eventCount() > head.shownCount()) {
                heads.put(each.getKey(), show(each.getKey(), head, Pane.EARLY, key, out));
            }
        }
    }

    private void close(Object key, List<Map.Entry<Long, WindowHead>> open, long reached, WindowOutput<Object> out) {
        long next = Long.MAX_VALUE;
        for (Map.Entry<Long, WindowHead> each : open) {
            long number = each.getKey();
            WindowHead head = each.getValue();
            if (head.last() <= reached && !head.isClosed()) {
                head = show(number, head, Pane.FINAL, key, out);
                heads.put(number, head);
            }
            if (head.last() + panes.latenessMillis() <= reached) {
                contents.drop(number, head);
                heads.remove(number);
            } else {
                next = Math.min(next, head.deadline(panes.latenessMillis()));
            }
        }
        if (next != Long.MAX_VALUE) {
            wakeAt(next, out);
        }
    }
}
