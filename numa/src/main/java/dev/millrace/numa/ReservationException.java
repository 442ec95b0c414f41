package dev.millrace.numa;

/** The operating system refused to reserve an address range. */
public final class ReservationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;

    public ReservationException(long requestedBytes, String answer) {
        this(requestedBytes, answer, "give the engine less memory, or raise the limit of the process");
    }

    /** @param fix what to do about it, in the imperative */
    public ReservationException(long requestedBytes, String answer, String fix) {
        super("address range refused by the operating system: requestedBytes=" + requestedBytes + ", answer=" + answer
                + "; " + fix);
        this.requestedBytes = requestedBytes;
    }

    /** The size of the range. */
    public long requestedBytes() {
        return requestedBytes;
    }
}
