package dev.millrace.engine.internal.miss;

import java.util.concurrent.Executor;

/**
 * What a job needs to keep less than all of its state in memory.
 *
 * @param budgetBytes what all states that may leave memory should take together
 * @param isLimitSet whether somebody asked for that: small entries of fixed size leave memory only then
 * @param reads where they are then
 * @param io runs reads, off the workers; holds at most one for each gate
 * @param epochs the job's
 */
public record ColdAccess(long budgetBytes, boolean isLimitSet, ColdReads reads, Executor io, EpochPort epochs) {}
