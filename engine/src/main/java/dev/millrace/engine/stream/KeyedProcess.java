package dev.millrace.engine.stream;

/**
 * User logic over keyed events as a class, a record of its states best:
 *
 * <pre>{@code
 * record Rule(ValueState<Boolean> armed, MapState<String, Long> sums) implements KeyedProcess<Long, Tx, Alert> {
 *     public void on(Tx tx, Output<Alert> out) { ... }
 * }
 *
 * byCard.process("rule", State.all(State.value("armed", boolean.class), State.map("sums", String.class, Long.class), Rule::new))
 * }</pre>
 *
 * <p>There is one object for each instance of the operator, used by one thread at a time. Components of a record are constants
 * to the JIT, fields of other classes are not.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the output
 */
public interface KeyedProcess<K, T, R> {
    /** Called once per event, in the order of each sender. */
    void on(T event, Output<R> out);

    /** Called when a timer is due that was set through {@link Output}, the earliest first. */
    default void onTimer(K key, Timer timer, Output<R> out) {
        throw new IllegalStateException(
                "a timer is due and nobody answers it: timer=" + timer + "; implement onTimer, or set none");
    }
}
