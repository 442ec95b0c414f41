package dev.millrace.serde;

import java.lang.reflect.RecordComponent;

/**
 * A component's name and what its annotations say.
 *
 * @param tag {@link Tag}, or the place from 1
 * @param since {@link Since}, or 1
 */
record FieldMarks(String name, int tag, int since, boolean isKey, boolean isTimestamp) {
    /** Of the one field of a single value. */
    static final FieldMarks VALUE = new FieldMarks("value", 1, 1, false, false);

    static FieldMarks of(RecordComponent component, int position) {
        Tag tag = component.getAnnotation(Tag.class);
        Since since = component.getAnnotation(Since.class);
        return new FieldMarks(
                component.getName(),
                tag == null ? position + 1 : tag.value(),
                since == null ? 1 : since.value(),
                component.isAnnotationPresent(Key.class),
                component.isAnnotationPresent(Timestamp.class));
    }
}
