package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Reads the messages of an instant, a duration and a local date-time to the draft of a blob. Any thread may call. */
final class ReadTime {
    private static final int MAX_NANOS = 999_999_999;
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final long MIN_DATE_TIME_SECOND = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC);
    private static final long MAX_DATE_TIME_SECOND = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC);

    private ReadTime() {}

    static void put(ReadStep step, WireInput in, BlobDraft draft, int at) {
        long seconds = draft.getLong(at);
        int nanos = draft.getInt(at + FlatSlots.INSTANT_NANOS_OFFSET);
        if (step.kind == FieldKind.DURATION && seconds < 0 && nanos > 0) {
            seconds++;
            nanos -= NANOS_PER_SECOND;
        }
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.FIRST -> {
                    step.check(Wire.typeOf(tag) == Wire.VARINT, "seconds have another wire type: tag=", tag);
                    seconds = in.varint();
                }
                case Wire.SECOND -> {
                    step.check(Wire.typeOf(tag) == Wire.VARINT, "nanos have another wire type: tag=", tag);
                    nanos = (int) in.varint();
                }
                default -> in.skip(tag);
            }
        }
        if (step.kind == FieldKind.DURATION && nanos < 0) {
            step.check(seconds > Long.MIN_VALUE, "duration out of range: seconds=", seconds);
            step.check(nanos > -NANOS_PER_SECOND && seconds <= 0, "duration out of range: nanos=", nanos);
            seconds--;
            nanos += NANOS_PER_SECOND;
        }
        checkRange(step, seconds, nanos);
        draft.putLong(at, seconds);
        draft.putInt(at + FlatSlots.INSTANT_NANOS_OFFSET, nanos);
    }

    private static void checkRange(ReadStep step, long seconds, int nanos) {
        if (step.kind == FieldKind.INSTANT) {
            boolean isInRange = seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond();
            step.check(isInRange, "instant out of range: epochSeconds=", seconds);
        } else if (step.kind == FieldKind.LOCAL_DATE_TIME) {
            boolean isInRange = seconds >= MIN_DATE_TIME_SECOND && seconds <= MAX_DATE_TIME_SECOND;
            step.check(isInRange, "date-time out of range: seconds=", seconds);
        }
        step.check(nanos >= 0 && nanos <= MAX_NANOS, "time out of range: nanos=", nanos);
    }
}
