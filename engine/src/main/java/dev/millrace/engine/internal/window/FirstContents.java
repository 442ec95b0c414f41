package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.Window;

/** Nothing: the first event of a window goes out at once. */
record FirstContents<K>() implements Contents<K, Object, Object> {
    @Override
    public void add(long window, long eventCount, Object event, WindowOutput<Object> out) {
        if (eventCount == 0) {
            out.emitAt(event, out.timestamp());
        }
    }

    @Override
    public void move(long from, WindowHead fromHead, long into, WindowHead intoHead) {}

    @Override
    public void show(K key, Window bounds, Pane pane, long window, WindowHead head, WindowOutput<Object> out) {}

    @Override
    public void drop(long window, WindowHead head) {}
}
