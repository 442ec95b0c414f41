package dev.millrace.serde;

import java.lang.reflect.Type;

/** A type was given that has no flat layout. The message names the component and what could stand in its place. */
public final class UnsupportedTypeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String componentPath;

    /**
     * Made where the layout or a codec over it is made.
     *
     * @param root the type the user gave
     * @param componentPath from the root, names joined by dots; empty for the root itself
     * @param type the type that was found there
     * @param reason what is wrong, and the fix
     */
    public UnsupportedTypeException(Class<?> root, String componentPath, Type type, String reason) {
        this(root, componentPath, type.getTypeName(), reason);
    }

    UnsupportedTypeException(Class<?> root, String componentPath, String typeName, String reason) {
        super("unsupported type: record=" + root.getTypeName()
                + (componentPath.isEmpty() ? "" : ", component=" + componentPath) + ", type=" + typeName
                + ": " + reason);
        this.componentPath = componentPath;
    }

    /** Where in the record the type stands: names joined by dots, empty for the record itself. */
    public String componentPath() {
        return componentPath;
    }
}
