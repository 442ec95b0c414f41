package dev.millrace.serde;

import org.jspecify.annotations.Nullable;

/**
 * One component of a record, or one alternative of a union. Immutable; any thread may use it.
 *
 * @param name the component's name, or the simple name of the alternative's class
 * @param number its field number in Protobuf
 * @param isNumberChosen whether the number was given by {@code @Tag}, rather than by the place in the declaration
 * @param since the version of the record that brought it, from 1
 * @param offsetBytes where its slot lies in the fixed part of the flat layout; 0 for an alternative
 * @param type what it holds
 * @param defaultText what {@code @Default} says; null where the default is that of the type
 */
public record SchemaField(
        String name,
        int number,
        boolean isNumberChosen,
        int since,
        int offsetBytes,
        SchemaType type,
        @Nullable String defaultText) {}
