package dev.millrace.serde;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what could stand in the place of a type that has no layout. */
final class TypeAdvice {
    private static final String ANY =
            "no flat layout for this type; use a primitive, String, byte[], an enum, java.time.Instant, Duration, LocalDate"
                    + " or LocalDateTime, UUID, BigDecimal, an array of primitives, Optional, List or Map of these, a record,"
                    + " or a sealed interface of records";

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("java.util.Date", "use java.time.Instant"),
            Map.entry("java.sql.Timestamp", "use java.time.Instant"),
            Map.entry("java.util.Calendar", "use java.time.Instant"),
            Map.entry("java.sql.Date", "use java.time.LocalDate"),
            Map.entry("java.time.LocalTime", "use java.time.LocalDateTime, or long for the nanoseconds of the day"),
            Map.entry("java.time.ZonedDateTime", "use java.time.Instant, and a String for the zone"),
            Map.entry("java.time.OffsetDateTime", "use java.time.Instant, and an int for the offset"),
            Map.entry("java.time.Period", "use a record of years, months and days"),
            Map.entry("java.time.Year", "use int"),
            Map.entry("java.math.BigInteger", "use java.math.BigDecimal, or long"),
            Map.entry("java.util.OptionalInt", "use Optional<Integer>"),
            Map.entry("java.util.OptionalLong", "use Optional<Long>"),
            Map.entry("java.util.OptionalDouble", "use Optional<Double>"),
            Map.entry("java.util.Set", "use a List, in an order of your own"),
            Map.entry("java.util.Collection", "use java.util.List"),
            Map.entry("java.util.SortedMap", "use java.util.Map"),
            Map.entry("java.lang.CharSequence", "use String"),
            Map.entry("java.lang.StringBuilder", "use String"),
            Map.entry("java.nio.ByteBuffer", "use byte[]"));

    private TypeAdvice() {}

    static String insteadOf(Class<?> type) {
        String instead = INSTEAD.get(type.getName());
        if (instead != null) {
            return "no flat layout for this type; " + instead;
        } else if (List.class.isAssignableFrom(type)) {
            return "no flat layout for a class of lists; use java.util.List";
        } else if (Map.class.isAssignableFrom(type)) {
            return "no flat layout for a class of maps; use java.util.Map";
        } else if (Set.class.isAssignableFrom(type)) {
            return "no flat layout for sets; use a List, in an order of your own";
        } else if (type.isSealed()) {
            return "only interfaces have alternatives; make it a sealed interface of records";
        } else if (type.isInterface()) {
            return "an interface that is open has no known alternatives; make it a sealed interface of records";
        }
        return ANY;
    }
}
