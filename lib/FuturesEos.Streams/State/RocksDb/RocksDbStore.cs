using FuturesEos.Streams.Errors;

namespace FuturesEos.Streams.State.RocksDb;

/// <summary>
/// Committed state on disk. Contents and changelog position go in with one write batch, so that whatever the process
/// dies of, the store is the fold of the changelog below its position. The write-ahead log is not forced to disk: after
/// a power cut the store is older, never torn, and the changelog brings it up.
/// </summary>
internal sealed unsafe class RocksDbStore : ICommittedStore
{
    private const nuint BlockCacheBytes = 16 * 1024 * 1024;
    private const nuint WriteBufferBytes = 2 * 1024 * 1024;
    private const int ErrorLogLevel = 3;
    private const double BloomBitsPerKey = 10;

    // one for all stores of the process, as long as it lives: what it takes does not grow with the number of tasks
    private static readonly nint BlockCache = Native.rocksdb_cache_create_lru(BlockCacheBytes);

    // the position lives under the empty key: state keys are never empty, and it sorts before all of them
    private static ReadOnlySpan<byte> PositionKey => [];

    private readonly string _path;
    private nint _db;
    private nint _readOptions;
    private nint _writeOptions;
    private nint _batch;

    public RocksDbStore(string path)
    {
        _path = path;
        Open();
        try
        {
            ReadPosition();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ChangelogPosition? Position { get; private set; }

    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        var slice = Native.rocksdb_get_pinned(_db, _readOptions, key, (nuint)key.Length, out var error);
        ThrowIf(error);
        if (slice == 0)
            return null;
        var value = Native.rocksdb_pinnableslice_value(slice, out var length);
        var copy = new ReadOnlySpan<byte>((void*)value, checked((int)length)).ToArray();
        Native.rocksdb_pinnableslice_destroy(slice);
        return copy;
    }

    public void Scan(ReadOnlySpan<byte> prefix, int limit, List<KeyValuePair<byte[], byte[]>> into)
    {
        var iterator = Native.rocksdb_create_iterator(_db, _readOptions);
        try
        {
            Native.rocksdb_iter_seek(iterator, prefix, (nuint)prefix.Length);
            for (var left = limit;
                left > 0 && Native.rocksdb_iter_valid(iterator) != 0;
                Native.rocksdb_iter_next(iterator))
            {
                var key = Span(Native.rocksdb_iter_key(iterator, out var keyLength), keyLength);
                if (!key.StartsWith(prefix))
                    break;
                if (key.IsEmpty)
                    continue;
                var value = Span(Native.rocksdb_iter_value(iterator, out var valueLength), valueLength);
                into.Add(new KeyValuePair<byte[], byte[]>(key.ToArray(), value.ToArray()));
                left--;
            }

            Native.rocksdb_iter_get_error(iterator, out var error);
            ThrowIf(error);
        }
        finally
        {
            Native.rocksdb_iter_destroy(iterator);
        }
    }

    public void Apply(IEnumerable<KeyValuePair<byte[], byte[]?>> changes, ChangelogPosition position)
    {
        Native.rocksdb_writebatch_clear(_batch);
        foreach (var (key, value) in changes)
        {
            if (value is null)
                Native.rocksdb_writebatch_delete(_batch, key, (nuint)key.Length);
            else
                Native.rocksdb_writebatch_put(_batch, key, (nuint)key.Length, value, (nuint)value.Length);
        }

        var bytes = position.ToBytes();
        Native.rocksdb_writebatch_put(_batch, PositionKey, 0, bytes, (nuint)bytes.Length);
        Native.rocksdb_write(_db, _writeOptions, _batch, out var error);
        ThrowIf(error);
        Position = position;
    }

    // the memtable takes neighbours twice as fast as strangers; the sort is stable, so of one key the latest change
    // stays the last
    public void ApplyLog(IEnumerable<KeyValuePair<byte[], byte[]?>> changes, ChangelogPosition position) =>
        Apply(changes.OrderBy(change => change.Key, ByteKeyComparer.Instance), position);

    public void Wipe()
    {
        Dispose();
        if (Directory.Exists(_path))
            Directory.Delete(_path, recursive: true);
        Open();
        Position = null;
    }

    public void Dispose()
    {
        if (_db == 0)
            return;
        Native.rocksdb_writebatch_destroy(_batch);
        Native.rocksdb_readoptions_destroy(_readOptions);
        Native.rocksdb_writeoptions_destroy(_writeOptions);
        Native.rocksdb_close(_db);
        _db = 0;
    }

    private static ReadOnlySpan<byte> Span(nint start, nuint length) => new((void*)start, checked((int)length));

    private void Open()
    {
        Directory.CreateDirectory(_path);
        var options = MakeOptions();
        try
        {
            _db = Native.rocksdb_open(options, _path, out var error);
            RocksDbException.ThrowIf(error);
        }
        finally
        {
            Native.rocksdb_options_destroy(options);
        }

        _readOptions = Native.rocksdb_readoptions_create();
        _writeOptions = Native.rocksdb_writeoptions_create();
        _batch = Native.rocksdb_writebatch_create();
    }

    /// <summary>Small: a laptop runs several of these, and the state of one task is some megabytes.</summary>
    private static nint MakeOptions()
    {
        var options = Native.rocksdb_options_create();
        Native.rocksdb_options_set_create_if_missing(options, 1);
        Native.rocksdb_options_set_write_buffer_size(options, WriteBufferBytes);
        Native.rocksdb_options_set_max_write_buffer_number(options, 2);
        Native.rocksdb_options_set_max_total_wal_size(options, 4 * WriteBufferBytes);
        Native.rocksdb_options_set_max_open_files(options, 256);
        Native.rocksdb_options_set_max_background_jobs(options, 2);
        Native.rocksdb_options_set_keep_log_file_num(options, 1);
        Native.rocksdb_options_set_info_log_level(options, ErrorLogLevel);
        Native.rocksdb_options_set_stats_dump_period_sec(options, 0);
        var table = Native.rocksdb_block_based_options_create();
        Native.rocksdb_block_based_options_set_block_cache(table, BlockCache);
        Native.rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
        Native.rocksdb_block_based_options_set_filter_policy(
            table, Native.rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey));
        Native.rocksdb_options_set_block_based_table_factory(options, table);

        // the factory keeps what it needs
        Native.rocksdb_block_based_options_destroy(table);
        return options;
    }

    private void ReadPosition()
    {
        if (Get(PositionKey) is { } bytes)
        {
            Position = ChangelogPosition.FromBytes(bytes)
                ?? throw new RocksDbException("Corruption: the position record cannot be read");
            return;
        }

        // contents of which nobody knows how far they go
        var any = new List<KeyValuePair<byte[], byte[]>>();
        Scan([], 1, any);
        if (any.Count > 0)
            throw new RocksDbException("Corruption: contents without a position record");
    }

    private void ThrowIf(nint error)
    {
        try
        {
            RocksDbException.ThrowIf(error);
        }
        catch (RocksDbException e) when (e.IsCorruption)
        {
            throw new TaskCorruptedException(e.Message, this, e);
        }
        catch (RocksDbException e)
        {
            throw new StreamsFatalException(
                $"The store in {_path} failed: {e.Message}. Put this right (space, rights) and start again: "
                    + "what is missing comes from the changelog.",
                e);
        }
    }
}
