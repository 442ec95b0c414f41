package dev.millrace.allocator;

import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.ReservationException;
import dev.millrace.numa.Rung;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A machine of several nodes on top of the native heap, which notes what was asked of it. */
final class FakeMachine implements RangeSource, Placement {
    private static final long PAGE_BYTES = 4096;

    final List<String> wishes = new ArrayList<>();
    final TreeMap<Long, NumaNode> bound = new TreeMap<>();
    long reservedBytes;
    long givenBackBytes;
    /** Chunks with memory behind them, by address. */
    final Set<Long> residentChunks = ConcurrentHashMap.newKeySet();

    /** Pages of them that were given back, by address. */
    final Set<Long> absentPages = ConcurrentHashMap.newKeySet();

    final AtomicLong firstTouches = new AtomicLong();
    boolean refusesToCommit;
    /** Whether memory that is given back loses its contents, as it would. */
    boolean poisonsWhatIsGivenBack;

    /** Bytes by the thread that touched them. */
    final Map<String, Long> touched = new ConcurrentHashMap<>();

    boolean hasHugePagePool;
    boolean refusesReservations;
    boolean refusesToBind;
    boolean failsToBind;
    boolean wipesGivenBack;
    boolean misplacesPages;
    int pagesAsked;
    /** The answer for every page, or 0 for the truth. */
    int answer;

    private final NativeRanges memory = new NativeRanges();

    /** Nodes with a processor and memory each; the distance grows with the difference of their indexes. */
    static Topology topology(int nodeCount) {
        List<NumaNode> nodes = new ArrayList<>();
        for (int index = 0; index < nodeCount; index++) {
            List<Integer> distances = new ArrayList<>();
            for (int to = 0; to < nodeCount; to++) {
                distances.add(10 + 10 * Math.abs(index - to));
            }
            nodes.add(new NumaNode(2 * index, List.of(index), 1 << 30, distances));
        }
        return new Topology(nodes);
    }

    @Override
    public long reserve(long bytes) {
        if (refusesReservations) {
            throw new ReservationException(bytes, "no");
        }
        wishes.add("reserve");
        reservedBytes += bytes;
        return memory.reserve(bytes);
    }

    @Override
    public long reserveHuge(long bytes) {
        if (!hasHugePagePool) {
            return RangeSource.super.reserveHuge(bytes);
        }
        wishes.add("reserve huge");
        reservedBytes += bytes;
        return memory.reserve(bytes);
    }

    @Override
    public boolean touch(long address, long bytes, long pageBytes) {
        touched.merge(Thread.currentThread().getName(), bytes, Long::sum);
        return true;
    }

    @Override
    public boolean interleave(long address, long bytes, List<NumaNode> nodes) {
        wishes.add("interleave " + nodes.stream().map(NumaNode::id).toList());
        return true;
    }

    @Override
    public void release(long address, long bytes) {
        wishes.add("release");
        reservedBytes -= bytes;
        memory.release(address, bytes);
    }

    @Override
    public boolean adviseHugePages(long address, long bytes) {
        wishes.add("huge pages");
        return true;
    }

    @Override
    public boolean commit(long address, long bytes) {
        if (refusesToCommit) {
            return false;
        }
        for (long chunk = address; chunk < address + bytes; chunk += ALIGNMENT_BYTES) {
            if (!residentChunks.add(chunk)) {
                throw new AssertionError("committed twice: address=" + chunk);
            }
        }
        return true;
    }

    @Override
    public boolean firstTouch(long address, long bytes, NumaNode node, long pageBytes) {
        firstTouches.incrementAndGet();
        if (bytes < ALIGNMENT_BYTES) {
            for (long page = address; page < address + bytes; page += PAGE_BYTES) {
                absentPages.remove(page);
            }
        }
        return true;
    }

    /** What has memory behind it. */
    long residentBytes() {
        return residentChunks.size() * ALIGNMENT_BYTES - absentPages.size() * PAGE_BYTES;
    }

    private boolean areResident(long address, long bytes) {
        for (long page = address; page < address + bytes; page += PAGE_BYTES) {
            if (!residentChunks.contains(page & -ALIGNMENT_BYTES) || absentPages.contains(page)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean giveBack(long address, long bytes) {
        if (bytes == ALIGNMENT_BYTES ? !residentChunks.remove(address) : !areResident(address, bytes)) {
            throw new AssertionError("no memory: address=" + address + ", bytes=" + bytes);
        }
        for (long page = address; page < address + bytes; page += PAGE_BYTES) {
            if (bytes < ALIGNMENT_BYTES) {
                absentPages.add(page);
            } else if (absentPages.remove(page)) {
                givenBackBytes -= PAGE_BYTES;
            }
        }
        givenBackBytes += bytes;
        if (wipesGivenBack) {
            Memory.fill(address, bytes, (byte) 0);
        }
        if (poisonsWhatIsGivenBack) {
            Memory.fill(address, bytes, (byte) 0xDD);
        }
        return true;
    }

    @Override
    public Rung rung() {
        return Rung.LIBNUMA;
    }

    @Override
    public String reason() {
        return "pretended";
    }

    @Override
    public boolean bindPreferred(long address, long bytes, NumaNode node) {
        if (failsToBind) {
            throw new IllegalStateException("broken on purpose");
        }
        wishes.add("bind " + node.id());
        bound.put(address, node);
        return !refusesToBind;
    }

    @Override
    public int nodeOf(long address) {
        Map.Entry<Long, NumaNode> range = bound.floorEntry(address);
        return range == null ? 0 : range.getValue().id();
    }

    @Override
    public int nodesOf(long[] addresses, int[] nodes) {
        pagesAsked += addresses.length;
        for (int i = 0; i < addresses.length; i++) {
            nodes[i] = answer != 0 ? answer : nodeOf(addresses[i]) + (misplacesPages ? 1 : 0);
        }
        return addresses.length;
    }
}
