package dev.millrace.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Declares what an operator keeps per key. A declaration is immutable and says a name, types and limits; what a function
 * works with is the handle that the engine makes of it, such as a {@link ValueState}.
 *
 * <p>A name is unique in the pipeline, and state on disk is found by it. A type is a record, or a single value such as
 * {@code boolean.class}, {@code Long.class} or {@code String.class}; an entry with its key takes less than 1 MiB.
 */
public final class State {
    private State() {}

    /**
     * What can be declared.
     *
     * @param <S> what a function sees of it
     */
    public sealed interface Kind<S> permits Named, All {}

    /**
     * One state, with its name.
     *
     * @param <S> what a function sees of it
     */
    public sealed interface Named<S> extends Kind<S> permits Value, MapOf, ListOf, Reducing, Aggregating {
        /** Unique in the pipeline. */
        String name();

        /** When what was not written again is forgotten; null if never. */
        @Nullable
        Expiry expiry();
    }

    /**
     * When entries are forgotten: once this long after they were last written. Reading does not make them last longer.
     *
     * @param after from 1 ms to {@link Window#LONGEST}
     * @param time which time counts
     */
    public record Expiry(Duration after, TimeKind time) {
        public Expiry {
            Objects.requireNonNull(time, "time");
            if (after.compareTo(Duration.ofMillis(1)) < 0 || after.compareTo(Window.LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "state expires after 1 ms to " + Window.LONGEST.toDays() + " days: after=" + after);
            }
        }
    }

    /** One value per key, absent until it is set. */
    public static <V> Value<V> value(String name, Class<V> type) {
        return new Value<>(name, type, null, null);
    }

    /**
     * One value per key.
     *
     * @param initial what a key has before it is set
     */
    public static <V> Value<V> value(String name, Class<V> type, V initial) {
        return new Value<>(name, type, Objects.requireNonNull(initial, "initial"), null);
    }

    /** A map per key, each of its entries found and written for itself. */
    public static <K, V> MapOf<K, V> map(String name, Class<K> keyType, Class<V> valueType) {
        return new MapOf<>(name, keyType, valueType, null);
    }

    /** A list per key, that grows behind and is trimmed in front. */
    public static <T> ListOf<T> list(String name, Class<T> type) {
        return new ListOf<>(name, type, null);
    }

    /**
     * One value per key that others are added to.
     *
     * @param reduce joins what is there with what comes; the first value is kept as it comes
     */
    public static <T> Reducing<T> reducing(String name, Class<T> type, BinaryOperator<T> reduce) {
        return new Reducing<>(name, type, Objects.requireNonNull(reduce, "reduce"), null);
    }

    /** One aggregate per key that elements are added to. */
    public static <T, A> Aggregating<T, A> aggregating(String name, Aggregate<T, A> aggregate) {
        return new Aggregating<>(name, Objects.requireNonNull(aggregate, "aggregate"), null);
    }

    /**
     * A state in a class of the user's own, a record best: the engine calls {@code make} once for each instance of the
     * operator.
     */
    public static <A, S> All<S> all(Kind<A> first, Function<? super A, ? extends S> make) {
        return new All<>(List.of(first), handles -> make.apply(handle(first, handles[0])));
    }

    /** Two states in a class of the user's own. A group of states can itself be part of one. */
    public static <A, B, S> All<S> all(
            Kind<A> first, Kind<B> second, BiFunction<? super A, ? super B, ? extends S> make) {
        return new All<>(
                List.of(first, second), handles -> make.apply(handle(first, handles[0]), handle(second, handles[1])));
    }

    /** Three states in a class of the user's own. */
    public static <A, B, C, S> All<S> all(Kind<A> first, Kind<B> second, Kind<C> third, Make3<A, B, C, S> make) {
        return new All<>(
                List.of(first, second, third),
                handles -> make.of(handle(first, handles[0]), handle(second, handles[1]), handle(third, handles[2])));
    }

    /** Four states in a class of the user's own. */
    public static <A, B, C, D, S> All<S> all(
            Kind<A> first, Kind<B> second, Kind<C> third, Kind<D> fourth, Make4<A, B, C, D, S> make) {
        return new All<>(
                List.of(first, second, third, fourth),
                handles -> make.of(
                        handle(first, handles[0]),
                        handle(second, handles[1]),
                        handle(third, handles[2]),
                        handle(fourth, handles[3])));
    }

    @SuppressWarnings("unchecked") // The engine makes an S of this kind.
    private static <S> S handle(Kind<S> kind, Object handle) {
        Objects.requireNonNull(kind, "kind");
        return (S) handle;
    }

    /** Puts three states together. */
    @FunctionalInterface
    public interface Make3<A, B, C, S> {
        S of(A first, B second, C third);
    }

    /** Puts four states together. */
    @FunctionalInterface
    public interface Make4<A, B, C, D, S> {
        S of(A first, B second, C third, D fourth);
    }

    /**
     * The declaration of one value per key.
     *
     * @param initial what a key has before it is set; null if it has nothing
     */
    public record Value<V>(String name, Class<V> type, @Nullable V initial, @Nullable Expiry expiry)
            implements Named<ValueState<V>> {
        /** The same, forgotten when it was not set for so long. */
        public Value<V> expiresAfter(Duration after, TimeKind time) {
            return new Value<>(name, type, initial, new Expiry(after, time));
        }
    }

    /** The declaration of a map per key. */
    public record MapOf<K, V>(String name, Class<K> keyType, Class<V> valueType, @Nullable Expiry expiry)
            implements Named<MapState<K, V>> {
        /** The same, each entry forgotten when it was not put for so long. */
        public MapOf<K, V> expiresAfter(Duration after, TimeKind time) {
            return new MapOf<>(name, keyType, valueType, new Expiry(after, time));
        }
    }

    /** The declaration of a list per key. */
    public record ListOf<T>(String name, Class<T> type, @Nullable Expiry expiry) implements Named<ListState<T>> {
        /** The same, each element forgotten so long after it was added. */
        public ListOf<T> expiresAfter(Duration after, TimeKind time) {
            return new ListOf<>(name, type, new Expiry(after, time));
        }
    }

    /** The declaration of one value per key that others are added to. */
    public record Reducing<T>(String name, Class<T> type, BinaryOperator<T> reduce, @Nullable Expiry expiry)
            implements Named<ReducingState<T>> {
        /** The same, forgotten when nothing was added for so long. */
        public Reducing<T> expiresAfter(Duration after, TimeKind time) {
            return new Reducing<>(name, type, reduce, new Expiry(after, time));
        }
    }

    /** The declaration of one aggregate per key. */
    public record Aggregating<T, A>(String name, Aggregate<T, A> aggregate, @Nullable Expiry expiry)
            implements Named<AggregatingState<T, A>> {
        /** The same, forgotten when nothing was added for so long. */
        public Aggregating<T, A> expiresAfter(Duration after, TimeKind time) {
            return new Aggregating<>(name, aggregate, new Expiry(after, time));
        }
    }

    /**
     * The declaration of several states.
     *
     * @param <S> what they are put together to
     */
    public static final class All<S> implements Kind<S> {
        private final List<Kind<?>> parts;
        private final Function<Object[], S> make;

        private All(List<Kind<?>> parts, Function<Object[], S> make) {
            this.parts = parts;
            this.make = make;
        }

        /** The states, in the order of the declaration. */
        public List<Kind<?>> parts() {
            return parts;
        }

        /**
         * Puts handles together. For the engine.
         *
         * @param handles one for each part
         */
        public S of(Object... handles) {
            return Objects.requireNonNull(make.apply(handles), "several states were put together to null");
        }
    }
}
