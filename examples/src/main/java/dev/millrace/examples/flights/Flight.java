package dev.millrace.examples.flights;

import java.time.Instant;

/**
 * A flight that left; the components are the columns of the input.
 *
 * @param scheduled departure by the timetable, the time of the event
 * @param delay minutes between the timetable and the real departure, negative if the flight left early
 * @param distance in miles
 * @param origin airport of departure
 * @param destination airport of arrival
 */
public record Flight(Instant scheduled, int delay, int distance, String origin, String destination) {
    /** A flight with more minutes of delay than this counts as delayed. */
    static final int PUNCTUAL_MINUTES = 15;

    boolean isDelayed() {
        return delay > PUNCTUAL_MINUTES;
    }
}
