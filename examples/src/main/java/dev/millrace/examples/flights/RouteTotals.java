package dev.millrace.examples.flights;

/**
 * What the flights of a route add up to.
 *
 * @param flights how many
 * @param sumDelay minutes of delay of all of them
 * @param sumDistance miles of all of them
 */
record RouteTotals(long flights, long sumDelay, long sumDistance) {
    static final RouteTotals NONE = new RouteTotals(0, 0, 0);

    RouteTotals plus(Flight flight) {
        return new RouteTotals(flights + 1, sumDelay + flight.delay(), sumDistance + flight.distance());
    }
}
