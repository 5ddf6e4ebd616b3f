namespace FuturesEos.Streams;

/// <summary>Where committed state is kept between two commits.</summary>
public enum StoreKind
{
    /// <summary>On disk: a restart reads only what the changelog holds beyond it.</summary>
    RocksDb,

    /// <summary>In memory: a restart reads the whole changelog.</summary>
    Memory,
}
