package dev.millrace.engine.stream;

/**
 * Makes a result of an event that has come to a rank.
 *
 * @param <K> the key
 * @param <T> the events
 * @param <R> the result
 */
@FunctionalInterface
public interface RankResult<K, T, R> {
    /**
     * Called for each rank that changes hands, the highest first.
     *
     * @param rank from 1
     * @param event who has it now
     */
    R of(K key, int rank, T event);
}
