package dev.millrace.examples.flights;

/**
 * What the flights of a window add up to.
 *
 * @param flights how many
 * @param delayed how many of them were delayed
 * @param sumDelay minutes of delay of all of them
 * @param maxDelay minutes of the largest delay
 */
record DelayTotals(long flights, long delayed, long sumDelay, int maxDelay) {
    static final DelayTotals NONE = new DelayTotals(0, 0, 0, Integer.MIN_VALUE);

    DelayTotals plus(Flight flight) {
        return new DelayTotals(
                flights + 1,
                delayed + (flight.isDelayed() ? 1 : 0),
                sumDelay + flight.delay(),
                Math.max(maxDelay, flight.delay()));
    }
}
