package dev.millrace.engine.states;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@link Everything} says, computed with the collections of Java. */
final class EverythingModel {
    /** A value and the time at which it was written last. */
    private record Stamped<V>(V value, long millis) {}

    /** The state of one key. */
    private static final class Key {
        @Nullable
        Stamped<Sum> fixed;

        @Nullable
        Stamped<Note> note;

        @Nullable
        Stamped<Sum> reducing;

        @Nullable
        Stamped<Sum> all;

        final Map<String, Stamped<Sum>> sums = new TreeMap<>();
        final Map<Long, Stamped<Note>> notes = new TreeMap<>();
        final List<Stamped<Note>> list = new ArrayList<>();
        final List<Stamped<Long>> numbers = new ArrayList<>();
    }

    private final Map<String, Key> keys = new HashMap<>();
    private final long lifeMillis;
    private long now;

    EverythingModel(long lifeMillis) {
        this.lifeMillis = lifeMillis;
    }

    /** The line that a step gives. */
    String line(Step step) {
        Key key = keys.computeIfAbsent(step.key(), k -> new Key());
        now = step.time().toEpochMilli();
        long number = step.number();
        switch (step.operation()) {
            case 0 -> key.fixed = written(key.fixed, Sum.of(number));
            case 1 -> key.fixed = written(key.fixed, orElse(key.fixed, Sum.NONE).plus(number));
            case 2 -> key.fixed = null;
            case 3 -> key.note = written(key.note, new Note(step.name(), number));
            case 4 -> {
                if (live(key.note) != null) {
                    key.note = written(key.note, new Note(live(key.note).value.text() + step.name(), number));
                }
            }
            case 5 ->
                key.reducing =
                        written(key.reducing, orElse(key.reducing, Sum.NONE).plus(Sum.of(number)));
            case 6 -> key.all = written(key.all, orElse(key.all, Sum.NONE).plus(number));
            case 7 -> {
                if (number < 30) {
                    key.reducing = null;
                    key.all = null;
                    key.note = null;
                }
            }
            case 8, 9 -> key.sums.put(step.name(), written(key.sums.get(step.name()), Sum.of(number)));
            case 10 -> {
                Sum before = orElse(key.sums.get(step.name()), Sum.NONE);
                key.sums.put(step.name(), written(key.sums.get(step.name()), before.plus(number)));
            }
            case 11 -> key.sums.remove(step.name());
            case 12 -> key.notes.put(number % 20, written(key.notes.get(number % 20), new Note(step.name(), number)));
            case 13 -> key.notes.entrySet().removeIf(e -> live(e.getValue()) != null && e.getKey() % 3 == number % 3);
            case 14 -> key.notes.values().removeIf(note -> live(note) != null && note.value.number() % 2 == 0);
            case 15 -> key.list.add(new Stamped<>(new Note(step.name().repeat((int) number % 5), number), now));
            case 16 -> {
                for (long i = 0; i < number; i++) {
                    key.numbers.add(new Stamped<>(number * 1000 + i, now));
                }
            }
            case 17 -> removeFirst(key.list, number % 4);
            case 18 -> removeFirst(key.numbers, Math.max(0, lives(key.numbers).size() - number * 2));
            default -> {
                if (number < 10) {
                    key.sums.clear();
                    key.list.clear();
                }
            }
        }
        return step.id() + "," + text(key);
    }

    private <V> @Nullable Stamped<V> live(@Nullable Stamped<V> stamped) {
        return stamped == null || (lifeMillis != 0 && now - stamped.millis >= lifeMillis) ? null : stamped;
    }

    private <V> Stamped<V> written(@Nullable Stamped<V> before, V value) {
        Stamped<V> old = live(before);
        return new Stamped<>(value, old == null ? now : Math.max(old.millis, now));
    }

    private <V> V orElse(@Nullable Stamped<V> stamped, V other) {
        Stamped<V> live = live(stamped);
        return live == null ? other : live.value;
    }

    private <V> List<V> lives(List<Stamped<V>> list) {
        List<V> lives = new ArrayList<>();
        list.forEach(each -> {
            if (live(each) != null) {
                lives.add(each.value);
            }
        });
        return lives;
    }

    private <V> void removeFirst(List<Stamped<V>> list, long count) {
        long left = count;
        while (left > 0 && !list.isEmpty()) {
            left -= live(list.get(0)) == null ? 0 : 1;
            list.remove(0);
        }
    }

    private <K, V> Map<K, V> lives(Map<K, Stamped<V>> map) {
        Map<K, V> lives = new TreeMap<>();
        map.forEach((key, each) -> {
            if (live(each) != null) {
                lives.put(key, each.value);
            }
        });
        return lives;
    }

    private String text(Key key) {
        StringJoiner text = new StringJoiner("; ");
        text.add("fixed " + (live(key.fixed) != null) + " " + orElse(key.fixed, Sum.NONE));
        text.add("note " + (live(key.note) != null) + " " + (live(key.note) == null ? null : key.note.value));
        text.add("reducing " + (live(key.reducing) != null) + " "
                + (live(key.reducing) == null ? null : key.reducing.value));
        text.add("all " + (live(key.all) != null) + " " + orElse(key.all, Sum.NONE));
        Map<String, Sum> sums = lives(key.sums);
        text.add("sums " + sums.size() + " " + sums);
        Map<Long, Note> notes = lives(key.notes);
        text.add("notes " + notes.size() + " " + notes + " " + notes.get(7L) + notes.containsKey(8L));
        List<Note> list = lives(key.list);
        text.add("list " + list.size() + " " + list);
        List<Long> numbers = lives(key.numbers);
        long sum = 0;
        for (long number : numbers) {
            sum = sum * 31 + number;
        }
        text.add("numbers " + numbers.size() + " " + numbers.isEmpty() + " " + sum);
        return text.toString().replace(',', '.').replace('"', '\'');
    }
}
