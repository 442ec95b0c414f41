package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.PaneResult;
import dev.millrace.engine.stream.Window;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** One value per window. Its functions are components: the JIT takes those for constant, and fields of an aggregate not. */
record AggregateContents<K>(
        MapState<Long, Object> values,
        Object initial,
        BiFunction<? super Object, ? super Object, ? extends Object> add,
        @Nullable BinaryOperator<Object> merge,
        PaneResult<K, Object, Object> result)
        implements Contents<K, Object, Object> {
    @Override
    public void add(long window, long eventCount, Object event, WindowOutput<Object> out) {
        if (eventCount == 0) {
            values.put(window, add.apply(initial, event));
        } else {
            values.put(window, add.apply(at(window), event));
        }
    }

    @Override
    public void move(long from, WindowHead fromHead, long into, WindowHead intoHead) {
        boolean isEarlier = fromHead.start() < intoHead.start();
        Object left = at(isEarlier ? from : into);
        Object right = at(isEarlier ? into : from);
        values.put(into, Objects.requireNonNull(merge, "sessions merge").apply(left, right));
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
