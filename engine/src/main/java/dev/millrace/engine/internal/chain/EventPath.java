package dev.millrace.engine.internal.chain;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Ways of an event through operators, as method handles of type {@code (Object event, long timestamp) -> void}.
 *
 * <p>Why handles and not calls: the JIT inlines a call only while what is called is small or not compiled yet, so which
 * calls of a long chain it inlines depends on what it compiled first, and a record that crosses one which it did not is
 * built on the heap. The frames between method handles carry the JDK's own force-inline mark: a chain of constant handles
 * is one loop whatever its length. Immutable; any thread.
 */
public final class EventPath {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType TYPE = MethodType.methodType(void.class, Object.class, long.class);
    private static final MethodHandle TEST =
            find(Predicate.class, "test", MethodType.methodType(boolean.class, Object.class));
    private static final MethodHandle APPLY =
            find(Function.class, "apply", MethodType.methodType(Object.class, Object.class));

    private static final MethodHandle ACCEPT =
            find(Consumer.class, "accept", MethodType.methodType(void.class, Object.class));

    private EventPath() {}

    /** What a template that sends events on is made with, as its class data. */
    public record Ends(MethodHandle next, MethodHandle late) {}

    /** To a method of an operator that takes events. */
    static MethodHandle into(Object operator, String method) {
        return bind(operator, method, TYPE);
    }

    /** To a method of an operator of another package that takes events; {@code lookup} is its own. */
    public static MethodHandle into(MethodHandles.Lookup lookup, Object operator, String method) {
        return bind(lookup, operator, method, TYPE);
    }

    /** A method of an operator. */
    static MethodHandle bind(Object operator, String method, MethodType type) {
        return bind(LOOKUP, operator, method, type);
    }

    static MethodHandle bind(MethodHandles.Lookup lookup, Object operator, String method, MethodType type) {
        try {
            return lookup.bind(operator, method, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("operator has no such method: method=" + method + ", type=" + type, e);
        }
    }

    /**
     * On, if the predicate holds. A switch and no {@link MethodHandles#guardWithTest}, which does not let the JIT inline a
     * branch before it was taken 30 times: an event that is seldom dropped would be built each time, to be dropped.
     */
    static MethodHandle onlyIf(Predicate<Object> predicate, MethodHandle next) {
        return either(predicate, next, MethodHandles.empty(TYPE));
    }

    /** One way if the predicate holds, the other if not. A switch for the same reason. */
    static MethodHandle either(Predicate<Object> predicate, MethodHandle matching, MethodHandle rest) {
        MethodHandle other = MethodHandles.dropArguments(rest, 0, int.class);
        MethodHandle branch =
                MethodHandles.tableSwitch(other, other, MethodHandles.dropArguments(matching, 0, int.class));
        MethodHandle test = MethodHandles.explicitCastArguments(
                TEST.bindTo(predicate), MethodType.methodType(int.class, Object.class));
        return MethodHandles.foldArguments(branch, test);
    }

    /** The way of a number: {@code (int way, Object event, long timestamp) -> void}; the last one for numbers beyond. */
    static MethodHandle oneOf(List<MethodHandle> ways) {
        MethodHandle last = MethodHandles.dropArguments(ways.get(ways.size() - 1), 0, int.class);
        MethodHandle[] cases = ways.stream()
                .map(way -> MethodHandles.dropArguments(way, 0, int.class))
                .toArray(MethodHandle[]::new);
        return MethodHandles.tableSwitch(last, cases);
    }

    /** On, after a function has seen the event. */
    static MethodHandle shownTo(Consumer<Object> consumer, MethodHandle next) {
        return MethodHandles.foldArguments(next, MethodHandles.dropArguments(ACCEPT.bindTo(consumer), 1, long.class));
    }

    /** On, with the function's result for the event. */
    static MethodHandle with(Function<Object, Object> function, MethodHandle next) {
        return MethodHandles.filterArguments(next, 0, APPLY.bindTo(function));
    }

    /** On, with another timestamp. */
    static MethodHandle at(MethodHandle timeOfEvent, MethodHandle next) {
        MethodHandle twice = MethodHandles.filterArguments(next, 1, timeOfEvent);
        MethodHandle once =
                MethodHandles.permuteArguments(twice, MethodType.methodType(void.class, Object.class), 0, 0);
        return MethodHandles.dropArguments(once, 1, long.class);
    }

    /** On both ways, the left one first. */
    static MethodHandle both(MethodHandle left, MethodHandle right) {
        return MethodHandles.foldArguments(right, left);
    }

    /**
     * Through steps that meet in numbers only, so that it does not matter whether the one in the middle is inlined.
     *
     * @param first {@code (Object event) -> int}
     * @param second {@code (Object event) -> int}
     * @param third {@code (long timestamp, int, int) -> long}
     * @param last {@code (Object event, long) -> void}
     */
    static MethodHandle through(MethodHandle first, MethodHandle second, MethodHandle third, MethodHandle last) {
        MethodHandle middle = MethodHandles.filterArguments(third, 1, first, second);
        middle = MethodHandles.permuteArguments(
                middle, MethodType.methodType(long.class, Object.class, long.class), 1, 0, 0);
        MethodHandle all = MethodHandles.collectArguments(last, 1, middle);
        return MethodHandles.permuteArguments(all, TYPE, 0, 0, 1);
    }

    /** What a path threw, unchanged: nothing on it declares a checked exception. */
    @SuppressWarnings("unchecked")
    public static <E extends Throwable> RuntimeException rethrow(Throwable problem) throws E {
        throw (E) problem;
    }

    private static MethodHandle find(Class<?> type, String name, MethodType methodType) {
        try {
            return MethodHandles.publicLookup().findVirtual(type, name, methodType);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
