package dev.millrace.engine;

/**
 * How far a job is.
 *
 * @param events read so far, over all lives of the job
 * @param fraction of the input that was read, from 0 to 1; negative if unknown
 * @param lastEpoch the last committed epoch
 */
public record JobProgress(long events, double fraction, long lastEpoch) {}
