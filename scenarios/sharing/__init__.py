"""Values that several processes change."""

ORDER: tuple[str, ...] = (
    "lost_update",
    "array_lanes",
    "array_overflow",
    "array_and_pool",
    "large_data",
    "manager_list",
    "manager_dict",
    "namespaces",
    "check_then_create",
    "aba",
)
