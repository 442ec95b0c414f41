package dev.millrace.serde;

/** A value or one of its components was null where it was to be written: flat values hold no nulls. */
public final class NullComponentException extends NullPointerException {
    private static final long serialVersionUID = 1L;

    private final String component;

    public NullComponentException(String record, String component) {
        super("component is null: record=" + record + ", component=" + component
                + "; use a value that stands for nothing");
        this.component = component;
    }

    /** The component's name. */
    public String component() {
        return component;
    }
}
