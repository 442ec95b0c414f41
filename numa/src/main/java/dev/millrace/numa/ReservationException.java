package dev.millrace.numa;

/** The operating system refused to reserve an address range. */
public final class ReservationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long requestedBytes;

    public ReservationException(long requestedBytes, String answer) {
        super("address range refused by the operating system: requestedBytes=" + requestedBytes + ", answer=" + answer
                + "; give the engine less memory, or raise the limit of the process");
        this.requestedBytes = requestedBytes;
    }

    /** The size of the range. */
    public long requestedBytes() {
        return requestedBytes;
    }
}
