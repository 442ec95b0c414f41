package dev.millrace.allocator;

/** The levels at which memory is budgeted, from the root of the tree to its leaves, and what lies below all budgets. */
public enum BudgetLevel {
    /** All memory of an allocator. */
    PROCESS,
    /** What lies on one node. */
    NODE,
    /** What blocks of one pool take up on one node. */
    POOL,
    /** What one operator takes up of a pool on one node. */
    OPERATOR,
    /** No budget: the range of addresses has no room for another slab, whatever may still be spent. */
    ADDRESSES
}
