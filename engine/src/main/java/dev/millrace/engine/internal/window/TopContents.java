package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.TopResult;
import dev.millrace.engine.stream.Window;

/** The greatest events of each window. */
record TopContents<K>(Ranks ranks, TopResult<K, Object, Object> result) implements Contents<K, Object, Object> {
    @Override
    public void add(long window, long eventCount, Object event, WindowOutput<Object> out) {
        ranks.add(window, eventCount, event);
    }

    @Override
    public void move(long from, WindowHead fromHead, long into, WindowHead intoHead) {
        for (int i = 0; i < ranks.count(fromHead.eventCount()); i++) {
            ranks.add(into, intoHead.eventCount() + i, ranks.at(from, i));
        }
        ranks.drop(from, fromHead.eventCount());
    }

    @Override
    public void show(K key, Window bounds, Pane pane, long window, WindowHead head, WindowOutput<Object> out) {
        for (int i = 0; i < ranks.count(head.eventCount()); i++) {
            out.emitAt(result.of(key, bounds, i + 1, ranks.at(window, i)), head.last());
        }
    }

    @Override
    public void drop(long window, WindowHead head) {
        ranks.drop(window, head.eventCount());
    }
}
