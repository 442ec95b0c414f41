package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.PaneResult;
import dev.millrace.engine.stream.Window;
import java.util.Objects;

/** One value per window. */
record AggregateContents<K>(
        MapState<Long, Object> values, Aggregate<Object, Object> aggregate, PaneResult<K, Object, Object> result)
        implements Contents<K, Object, Object> {
    @Override
    public void add(long window, long eventCount, Object event, WindowOutput<Object> out) {
        Object value = eventCount == 0 ? aggregate.initial() : at(window);
        values.put(window, aggregate.add().apply(value, event));
    }

    @Override
    public void move(long from, WindowHead fromHead, long into, WindowHead intoHead) {
        boolean isEarlier = fromHead.start() < intoHead.start();
        Object left = at(isEarlier ? from : into);
        Object right = at(isEarlier ? into : from);
        values.put(
                into,
                Objects.requireNonNull(aggregate.merge(), "sessions merge").apply(left, right));
        values.remove(from);
    }

    @Override
    public void show(K key, Window bounds, Pane pane, long window, WindowHead head, WindowOutput<Object> out) {
        out.emitAt(result.of(key, bounds, pane, at(window)), head.last());
    }

    private Object at(long window) {
        return Objects.requireNonNull(values.get(window), "an open window has a value");
    }

    @Override
    public void drop(long window, WindowHead head) {
        values.remove(window);
    }
}
