package dev.millrace.engine.internal.embed;

import dev.millrace.engine.operator.BadInputException;
import java.nio.ByteBuffer;

/** The position of an ingress: how many of its events were taken in all lives of the job, as a long. */
final class IngressPosition {
    private IngressPosition() {}

    static byte[] bytes(long taken) {
        return ByteBuffer.allocate(Long.BYTES).putLong(taken).array();
    }

    /** Of a position that a job wrote. */
    static long of(byte[] position) {
        return ByteBuffer.wrap(position).getLong();
    }

    /** Of a position that a job goes on from. */
    static long check(byte[] position) {
        if (position.length != Long.BYTES) {
            throw new BadInputException("position is none of an ingress: lengthBytes=" + position.length
                    + "; the source of this name was another one when the state was written");
        }
        return of(position);
    }

    /** For who hears of a failure. */
    static String place(long taken) {
        return "event=" + taken + " of the ingress";
    }
}
