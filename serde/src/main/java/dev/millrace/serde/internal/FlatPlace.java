package dev.millrace.serde.internal;

import dev.millrace.serde.NullComponentException;

/** Where in the user's types a value stands, for messages. */
record FlatPlace(String record, String component) {
    FlatPlace inside(String suffix) {
        return new FlatPlace(record, component + suffix);
    }

    /** Made where a value is null, to be thrown. */
    NullComponentException missing() {
        return new NullComponentException(record, component);
    }
}
