package dev.millrace.engine.stream;

import java.util.Objects;

/**
 * An event that an operator could not process, and why: what {@link ErrorPolicy#skipTo} sends. It goes on with the event's
 * time. None of its texts is longer than {@link #MAX_TEXT_CHARS}.
 *
 * @param operator what it is, its name if it has one, and the line of the program that set its policy
 * @param event the event as JSON, as far as it fits
 * @param problem the class of the exception
 * @param message of the exception; empty if it has none
 * @param place where the input of the task was: behind {@code keyBy}, {@code rebalance} or {@code union} the page of the event,
 *     else the event itself
 */
public record DeadLetter(String operator, String event, String problem, String message, String place) {
    /** The longest text; what is longer is cut and ends in three dots. */
    public static final int MAX_TEXT_CHARS = 16_384;

    private static final String CUT = "...";

    public DeadLetter {
        operator = cut(operator);
        event = cut(event);
        problem = cut(problem);
        message = cut(message);
        place = cut(place);
    }

    private static String cut(String text) {
        Objects.requireNonNull(text, "text of a dead letter");
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS - CUT.length()) + CUT;
    }
}
