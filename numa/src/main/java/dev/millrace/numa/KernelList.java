package dev.millrace.numa;

import java.util.ArrayList;
import java.util.List;

/** The kernel's way to write sets of numbers: {@code 0-3,8,10-11}, or nothing at all. */
final class KernelList {
    /** More than any kernel numbers; a larger value is a damaged file. */
    static final int MAX_ID = 1 << 16;

    private KernelList() {}

    /**
     * Reads a list.
     *
     * @return the numbers in the order of the text
     * @throws IllegalArgumentException if the text is no such list, or a number passes {@link #MAX_ID}
     */
    static List<Integer> parse(String text) {
        List<Integer> ids = new ArrayList<>();
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            return ids;
        }
        for (String part : trimmed.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash), text);
            int last = dash < 0 ? first : number(part.substring(dash + 1), text);
            if (last < first) {
                throw damaged(text);
            }
            for (int id = first; id <= last; id++) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Writes ascending numbers as such a list. */
    static String format(List<Integer> ids) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ids.size(); i++) {
            int first = ids.get(i);
            while (i + 1 < ids.size() && ids.get(i + 1) == ids.get(i) + 1) {
                i++;
            }
            int last = ids.get(i);
            text.append(text.isEmpty() ? "" : ",").append(first).append(last > first ? "-" + last : "");
        }
        return text.toString();
    }

    private static int number(String digits, String text) {
        try {
            int value = Integer.parseInt(digits.trim());
            if (value < 0 || value > MAX_ID) {
                throw damaged(text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(describe(text), e);
        }
    }

    private static IllegalArgumentException damaged(String text) {
        return new IllegalArgumentException(describe(text));
    }

    private static String describe(String text) {
        return "not a kernel list such as 0-3,8: text=" + text.trim() + ", maxId=" + MAX_ID;
    }
}
