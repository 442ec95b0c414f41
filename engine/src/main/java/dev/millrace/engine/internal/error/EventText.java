package dev.millrace.engine.internal.error;

import dev.millrace.engine.stream.DeadLetter;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows an event as JSON, for people and for programs that repair it. Records become objects, lists and arrays become arrays,
 * what JSON has no form for becomes text. Called for events that failed only: it reflects. Used by one thread.
 */
final class EventText {
    private static final int MAX_DEPTH = 32;
    private static final String DIGITS = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder();

    private EventText() {}

    /** At least what a letter shows of an event. */
    static String of(Object event) {
        EventText json = new EventText();
        json.value(event, 0);
        return json.text.toString();
    }

    private boolean isFull() {
        return text.length() > DeadLetter.MAX_TEXT_CHARS;
    }

    private void value(@Nullable Object value, int depth) {
        if (value == null || isFull()) {
            text.append("null");
        } else if (value instanceof Boolean || isFinite(value)) {
            text.append(value);
        } else if (depth < MAX_DEPTH && value instanceof Record found) {
            components(found, depth);
        } else if (depth < MAX_DEPTH && value instanceof Map<?, ?> map) {
            entries(map, depth);
        } else if (depth < MAX_DEPTH && value instanceof Collection<?> elements) {
            elements(elements.toArray(), depth);
        } else if (depth < MAX_DEPTH && value.getClass().isArray()) {
            elements(value, depth);
        } else if (value instanceof Optional<?> optional) {
            value(optional.orElse(null), depth);
        } else {
            quoted(value.toString());
        }
    }

    private static boolean isFinite(Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue());
    }

    private void components(Record found, int depth) {
        char before = '{';
        for (RecordComponent component : found.getClass().getRecordComponents()) {
            text.append(before);
            before = ',';
            quoted(component.getName());
            text.append(':');
            value(read(found, component.getAccessor()), depth + 1);
        }
        text.append(before == '{' ? "{}" : "}");
    }

    private static @Nullable Object read(Record found, Method accessor) {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(found);
        } catch (ReflectiveOperationException | RuntimeException e) { // a letter about an event must not fail itself
            return "unreadable: " + e.getClass().getName();
        }
    }

    private void entries(Map<?, ?> map, int depth) {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (isFull()) {
                break;
            }
            text.append(before);
            before = ',';
            quoted(String.valueOf(entry.getKey()));
            text.append(':');
            value(entry.getValue(), depth + 1);
        }
        text.append(before == '{' ? "{}" : "}");
    }

    private void elements(Object array, int depth) {
        text.append('[');
        for (int i = 0; i < Array.getLength(array) && !isFull(); i++) {
            if (i > 0) {
                text.append(',');
            }
            value(Array.get(array, i), depth + 1);
        }
        text.append(']');
    }

    private void quoted(String plain) {
        text.append('"');
        for (int i = 0; i < plain.length() && !isFull(); i++) {
            char c = plain.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append("\\u00").append(DIGITS.charAt(c >> 4)).append(DIGITS.charAt(c & 0xF));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
