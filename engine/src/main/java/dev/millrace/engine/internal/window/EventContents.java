package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowEvents;
import dev.millrace.engine.stream.WindowFunction;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/** All events of a window, as a list: each under its place, so that an epoch writes those that are new. */
record EventContents<K>(MapState<EventAt, Object> events, WindowFunction<K, Object, Object> function)
        implements Contents<K, Object, Object> {
    @Override
    public void add(long window, long eventCount, Object event, WindowOutput<Object> out) {
        events.put(new EventAt(window, eventCount), event);
    }

    @Override
    public void move(long from, WindowHead fromHead, long into, WindowHead intoHead) {
        for (long i = 0; i < fromHead.eventCount(); i++) {
            events.put(new EventAt(into, intoHead.eventCount() + i), at(from, i));
            events.remove(new EventAt(from, i));
        }
    }

    private Object at(long window, long place) {
        return Objects.requireNonNull(events.get(new EventAt(window, place)), "a window has all of its events");
    }

    @Override
    public void show(K key, Window bounds, Pane pane, long window, WindowHead head, WindowOutput<Object> out) {
        function.on(
                key, bounds, new View(this, window, head.eventCount(), pane), each -> out.emitAt(each, head.last()));
    }

    @Override
    public void drop(long window, WindowHead head) {
        for (long i = 0; i < head.eventCount(); i++) {
            events.remove(new EventAt(window, i));
        }
    }

    /** The events of one window. */
    private record View(EventContents<?> contents, long window, long size, Pane pane) implements WindowEvents<Object> {
        @Override
        public Iterator<Object> iterator() {
            return new Walk(this);
        }
    }

    private static final class Walk implements Iterator<Object> {
        private final View view;
        private long next;

        Walk(View view) {
            this.view = view;
        }

        @Override
        public boolean hasNext() {
            return next < view.size();
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException("window has no more events: size=" + view.size());
            }
            return view.contents().at(view.window(), next++);
        }
    }
}
