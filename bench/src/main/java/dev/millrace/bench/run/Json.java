package dev.millrace.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks into results that were read from files. */
public final class Json {
    private Json() {}

    /** A list of objects. */
    @SuppressWarnings("unchecked") // A result file holds lists of objects where this is called.
    public static List<Map<String, Object>> list(Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value instanceof List<?> list) {
            return (List<Map<String, Object>>) list;
        }
        throw new IllegalArgumentException("not a result of millrace bench: there is no list '" + name + "'");
    }

    /** An object in an object. */
    @SuppressWarnings("unchecked") // As above.
    public static Map<String, Object> object(Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("not a result of millrace bench: there is no object '" + name + "'");
    }

    /** A number at the end of a path. */
    public static double number(Map<String, Object> object, String... path) {
        Map<String, Object> at = object;
        for (int i = 0; i < path.length - 1; i++) {
            at = object(at, path[i]);
        }
        String last = path[path.length - 1];
        if (at.get(last) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("not a result of millrace bench: there is no number '" + last + "'");
    }

    /** A list of numbers. */
    public static List<Double> numbers(Map<String, Object> object, String name) {
        if (object.get(name) instanceof List<?> list) {
            List<Double> numbers = new ArrayList<>();
            for (Object value : list) {
                numbers.add(((Number) value).doubleValue());
            }
            return numbers;
        }
        throw new IllegalArgumentException("not a result of millrace bench: there are no numbers '" + name + "'");
    }
}
