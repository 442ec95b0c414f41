package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.runtime.WindowCase.Event;
import dev.millrace.engine.internal.runtime.WindowCase.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a {@link WindowCase} gives, by lists and maps: the definition that the engine is held to. */
final class WindowOracle {
    private final WindowCase test;
    private final List<String> lines = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private final Map<Integer, List<Open>> windows = new TreeMap<>();
    private final Map<Integer, List<Event>> byKey = new HashMap<>();
    private final Map<Integer, List<Event>> tops = new HashMap<>();
    private final Map<Integer, Long> timers = new HashMap<>();
    private final Set<Integer> seen = new HashSet<>();
    private long watermark = Long.MIN_VALUE;

    private static final class Open {
        long start;
        long end;
        final List<Event> events = new ArrayList<>();
        int shown;
        boolean isClosed;

        Open(long start, long end) {
            this.start = start;
            this.end = end;
        }
    }

    WindowOracle(WindowCase test) {
        this.test = test;
        long latest = Long.MIN_VALUE;
        for (List<List<Event>> source : test.segments()) {
            for (List<Event> segment : source) {
                for (Event event : segment) {
                    latest = Math.max(latest, event.at());
                    add(event);
                }
                // Of two sources neither has late events, so that it does not matter where time stands in between.
                if (!test.hasTwoSources()) {
                    latest = Math.max(latest, Event.FILLING.at());
                    watermark = Math.max(watermark, latest - test.disorderMillis() - 1);
                    moveOn();
                }
            }
        }
        watermark = Long.MAX_VALUE;
        moveOn();
        lines.sort(null);
        late.sort(null);
    }

    /** The lines of results. */
    List<String> lines() {
        return lines;
    }

    /** The numbers of late events. */
    List<String> late() {
        return late;
    }

    private void add(Event event) {
        List<Event> mine = byKey.computeIfAbsent(event.key(), key -> new ArrayList<>());
        mine.add(event);
        switch (test.what()) {
            case AGGREGATE, REDUCE, PROCESS, TOP, DISTINCT -> toWindows(event);
            case COUNT_AGGREGATE, COUNT_PROCESS -> count(event.key(), mine);
            case TOP_OF_KEY -> rank(event);
            case DISTINCT_KEYS -> {
                if (seen.add(event.key())) {
                    lines.add(event.number() + "");
                }
            }
            case TIMER -> timers.put(event.key(), event.at() + test.sizeMillis());
        }
    }

    private void count(int key, List<Event> all) {
        long size = test.sizeMillis();
        if (all.size() % test.slideMillis() == 0) {
            List<Event> last = all.subList((int) Math.max(0, all.size() - size), all.size());
            lines.add(key + ":" + all.size() + ":"
                    + (test.what() == WindowCase.What.COUNT_AGGREGATE ? sum(last) + "" : numbers(last)));
        }
    }

    private void rank(Event event) {
        List<Event> top = tops.computeIfAbsent(event.key(), key -> new ArrayList<>());
        List<Event> before = List.copyOf(top);
        top.add(event);
        top.sort(Comparator.comparingInt(Event::value).reversed());
        while (top.size() > test.most()) {
            top.remove(top.size() - 1);
        }
        for (int i = 0; i < top.size(); i++) {
            if (i >= before.size() || !before.get(i).equals(top.get(i))) {
                lines.add(event.key() + ":" + (i + 1) + ":" + top.get(i).number());
            }
        }
    }

    private static long sum(List<Event> events) {
        return events.stream().mapToLong(Event::value).sum();
    }

    private static String numbers(List<Event> events) {
        return events.stream().map(event -> "" + event.number()).collect(Collectors.joining("+"));
    }

    private boolean isOver(long end) {
        return end - 1 + test.latenessMillis() <= watermark;
    }

    private void toWindows(Event event) {
        if (test.kind() == Kind.SESSION) {
            toSession(event);
            return;
        }
        long slide = test.kind() == Kind.TUMBLING ? test.sizeMillis() : test.slideMillis();
        List<Open> open = windows.computeIfAbsent(event.key(), key -> new ArrayList<>());
        boolean isTaken = false;
        for (long start = Math.floorDiv(event.at(), slide) * slide;
                start > event.at() - test.sizeMillis();
                start -= slide) {
            if (!isOver(start + test.sizeMillis())) {
                isTaken = true;
                long at = start;
                Open window = open.stream()
                        .filter(each -> each.start == at)
                        .findFirst()
                        .orElse(null);
                if (window == null) {
                    window = new Open(start, start + test.sizeMillis());
                    open.add(window);
                }
                into(window, event);
            }
        }
        if (!isTaken) {
            late.add("" + event.number());
        }
    }

    private void toSession(Event event) {
        List<Open> open = windows.computeIfAbsent(event.key(), key -> new ArrayList<>());
        long end = event.at() + test.sizeMillis();
        List<Open> met = open.stream()
                .filter(each -> each.start < end && event.at() < each.end)
                .toList();
        if (met.isEmpty() && isOver(end)) {
            late.add("" + event.number());
            return;
        }
        Open joined = new Open(event.at(), end);
        for (Open each : met) {
            joined.start = Math.min(joined.start, each.start);
            joined.end = Math.max(joined.end, each.end);
            joined.events.addAll(each.events);
            joined.shown += each.shown;
            joined.isClosed |= each.isClosed;
        }
        joined.isClosed &= joined.end - 1 <= watermark;
        open.removeAll(met);
        open.add(joined);
        into(joined, event);
    }

    private void into(Open window, Event event) {
        window.events.add(event);
        if (test.what() == WindowCase.What.DISTINCT) {
            if (window.events.size() == 1) {
                lines.add("" + event.number());
            }
        }
        if (window.end - 1 <= watermark) {
            show(window, window.isClosed ? "UPDATE" : "FINAL");
            window.isClosed = true;
        } else if (test.earlyCount() > 0 && window.events.size() - window.shown >= test.earlyCount()) {
            show(window, "EARLY");
        }
    }

    private void show(Open window, String pane) {
        window.shown = window.events.size();
        int key = window.events.get(0).key();
        String head = key + ":" + window.start + ":" + window.end + ":";
        switch (test.what()) {
            case AGGREGATE -> lines.add(head + pane + ":" + sum(window.events));
            case REDUCE ->
                lines.add(head + pane + ":"
                        + window.events.stream().mapToInt(Event::value).max().orElseThrow());
            case PROCESS -> lines.add(head + pane + ":" + inOrder(window.events));
            case TOP -> top(window.events, head);
            case DISTINCT, COUNT_AGGREGATE, COUNT_PROCESS, TOP_OF_KEY, DISTINCT_KEYS, TIMER -> {}
        }
    }

    private void top(List<Event> events, String head) {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort(WindowPipelines.ORDER.reversed());
        for (int i = 0; i < Math.min(test.most(), sorted.size()); i++) {
            lines.add(head + (i + 1) + ":" + sorted.get(i).number());
        }
    }

    /** Joined sessions stand one behind the other, and two sources are mixed: then the order says nothing. */
    private String inOrder(List<Event> events) {
        if (test.kind() != Kind.SESSION && !test.hasTwoSources()) {
            return numbers(events);
        }
        return numbers(
                events.stream().sorted(Comparator.comparingLong(Event::number)).toList());
    }

    private void moveOn() {
        for (List<Open> open : windows.values()) {
            for (Open window : List.copyOf(open)) {
                if (window.end - 1 <= watermark && !window.isClosed) {
                    show(window, "FINAL");
                    window.isClosed = true;
                }
                if (watermark == Long.MAX_VALUE || isOver(window.end)) {
                    open.remove(window);
                }
            }
        }
        timers.entrySet().removeIf(timer -> {
            boolean isDue = timer.getValue() <= watermark;
            if (isDue) {
                lines.add(timer.getKey() + ":" + timer.getValue() + ":"
                        + byKey.get(timer.getKey()).size());
            }
            return isDue;
        });
    }
}
