namespace FuturesEos.Cli.Verification.Spilling;

/// <summary>Into how many parts everything is cut, and by what.</summary>
internal static class Buckets
{
    /// <summary>Of ten million records some forty thousand lie in each.</summary>
    public const int Count = 256;

    /// <summary>Where everything of a symbol lies.</summary>
    public static int Of(string symbol) => Of(symbol.GetHashCode(StringComparison.Ordinal));

    /// <summary>Where everything of an id lies.</summary>
    public static int Of(Guid id) => Of(id.GetHashCode());

    private static int Of(int hash) => (int)((uint)hash % Count);
}
