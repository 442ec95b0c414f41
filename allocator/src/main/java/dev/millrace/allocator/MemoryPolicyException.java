package dev.millrace.allocator;

/** Memory was required to be of a kind that this machine does not give. Nothing was kept; opening failed. */
public final class MemoryPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String policy;
    private final String reason;

    MemoryPolicyException(String policy, String reason, String fix) {
        super(message(policy, reason, fix));
        this.policy = policy;
        this.reason = reason;
    }

    MemoryPolicyException(String policy, String reason, String fix, Throwable cause) {
        super(message(policy, reason, fix), cause);
        this.policy = policy;
        this.reason = reason;
    }

    private static String message(String policy, String reason, String fix) {
        return "required memory is not to be had: policy=" + policy + ", reason=" + reason + "; " + fix;
    }

    /** The setting that cannot be obeyed, as {@code memory.numa=required}. */
    public String policy() {
        return policy;
    }

    /** What stands in the way. */
    public String reason() {
        return reason;
    }
}
