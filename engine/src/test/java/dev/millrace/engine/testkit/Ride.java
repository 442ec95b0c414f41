package dev.millrace.engine.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An event of the tests.
 *
 * @param number its place in the input
 * @param at event time in milliseconds, also negative
 */
public record Ride(long number, String station, Line line, long at, int weight) {
    /** An enum as a column and as part of keys. */
    public enum Line {
        RED,
        GREEN,
        BLUE
    }

    public static final String HEADER = "number,station,line,at,weight";

    public Instant time() {
        return Instant.ofEpochMilli(at);
    }

    /** The input line. */
    String csv() {
        return number + "," + station + "," + line + "," + at + "," + weight;
    }

    /**
     * Rides in disorder: time moves on around zero with gaps and stand-stills, and each ride may be some time behind.
     *
     * @param lagMillis how far behind the youngest ride a ride may be
     */
    public static List<Ride> random(Random random, int count, int stations, int lagMillis) {
        List<Ride> rides = new ArrayList<>();
        int pace = 1 + random.nextInt(40);
        long now = -(long) count * pace / 4;
        for (int number = 0; number < count; number++) {
            int kind = random.nextInt(100);
            now += kind == 0 ? random.nextInt(5000) : kind < 30 ? 0 : random.nextInt(pace);
            long lag = random.nextInt(3) == 0 && lagMillis > 0 ? random.nextInt(lagMillis) : 0;
            long at = random.nextInt(200) == 0 && lagMillis > Math.abs(now) ? 0 : now - lag;
            // Skewed, so that there are crowded and lonely keys.
            int station = (int) (stations * Math.pow(random.nextDouble(), 2));
            rides.add(new Ride(number, "s" + station, Line.values()[random.nextInt(3)], at, random.nextInt(60) - 10));
        }
        return rides;
    }

    /** Writes an input file. */
    public static java.nio.file.Path write(java.nio.file.Path file, List<Ride> rides) {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        rides.forEach(ride -> lines.add(ride.csv()));
        return Lines.write(file, lines);
    }
}
