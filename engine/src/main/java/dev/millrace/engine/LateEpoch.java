package dev.millrace.engine;

import java.time.Duration;
import java.util.List;

/**
 * An epoch that was not complete in time: some tasks have not answered its barrier. The job goes on, and barriers of the next epochs
 * follow; what was read for the epoch is committed when its last task has answered, so nothing is given up.
 *
 * @param epoch the epoch
 * @param after how long it had been under way when this was noticed
 * @param waitingFor the tasks that had not answered
 */
public record LateEpoch(long epoch, Duration after, List<String> waitingFor) {
    public LateEpoch {
        waitingFor = List.copyOf(waitingFor);
    }
}
