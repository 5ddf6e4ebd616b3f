using System.Runtime.InteropServices;

namespace FuturesEos.Streams.State.RocksDb;

/// <summary>
/// The part of RocksDB's C interface that the store uses (rocksdb/c.h, unchanged from 6 to 11), on the native library
/// of the package RocksDB; the note on RocksDB's binding in docs says why not by the package's own binding. A call
/// that can fail takes a pointer to an error text, which is ours to free; a pointer that is set means failure.
/// </summary>
internal static partial class Native
{
    private const string Library = "rocksdb";

    /// <summary>Null when the library is there, else a sentence with the remedy.</summary>
    public static string? Missing() => NativeLibrary.TryLoad(Library, typeof(Native).Assembly, null, out _) ? null :
        $"RocksDB's native library cannot be loaded on {RuntimeInformation.RuntimeIdentifier}: the package RocksDB "
        + "brings it for Linux and macOS on x64 and arm64, and for Windows on x64; use --store memory";

    [LibraryImport(Library)] public static partial nint rocksdb_options_create();
    [LibraryImport(Library)] public static partial void rocksdb_options_destroy(nint options);
    [LibraryImport(Library)] public static partial void rocksdb_options_set_create_if_missing(nint options, byte value);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_write_buffer_size(nint options, nuint bytes);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_write_buffer_number(nint options, int count);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_total_wal_size(nint options, ulong bytes);
    [LibraryImport(Library)] public static partial void rocksdb_options_set_max_open_files(nint options, int count);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_background_jobs(nint options, int count);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_keep_log_file_num(nint options, nuint count);
    [LibraryImport(Library)] public static partial void rocksdb_options_set_info_log_level(nint options, int level);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_stats_dump_period_sec(nint options, uint seconds);
    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_block_based_table_factory(nint options, nint table);

    [LibraryImport(Library)] public static partial nint rocksdb_block_based_options_create();
    [LibraryImport(Library)] public static partial void rocksdb_block_based_options_destroy(nint table);
    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_block_cache(nint table, nint cache);
    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_cache_index_and_filter_blocks(nint table, byte value);
    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_filter_policy(nint table, nint policy);
    [LibraryImport(Library)] public static partial nint rocksdb_cache_create_lru(nuint bytes);
    [LibraryImport(Library)] public static partial nint rocksdb_filterpolicy_create_bloom_full(double bitsPerKey);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_open(nint options, string path, out nint error);

    [LibraryImport(Library)] public static partial void rocksdb_close(nint db);

    [LibraryImport(Library)] public static partial nint rocksdb_writeoptions_create();
    [LibraryImport(Library)] public static partial void rocksdb_writeoptions_destroy(nint options);
    [LibraryImport(Library)] public static partial nint rocksdb_readoptions_create();
    [LibraryImport(Library)] public static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(Library)] public static partial nint rocksdb_writebatch_create();
    [LibraryImport(Library)] public static partial void rocksdb_writebatch_destroy(nint batch);
    [LibraryImport(Library)] public static partial void rocksdb_writebatch_clear(nint batch);
    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_put(
        nint batch, ReadOnlySpan<byte> key, nuint keyLength, ReadOnlySpan<byte> value, nuint valueLength);
    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_delete(nint batch, ReadOnlySpan<byte> key, nuint keyLength);
    [LibraryImport(Library)]
    public static partial void rocksdb_write(nint db, nint options, nint batch, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_get_pinned(
        nint db, nint options, ReadOnlySpan<byte> key, nuint keyLength, out nint error);
    [LibraryImport(Library)] public static partial nint rocksdb_pinnableslice_value(nint slice, out nuint length);
    [LibraryImport(Library)] public static partial void rocksdb_pinnableslice_destroy(nint slice);

    [LibraryImport(Library)] public static partial nint rocksdb_create_iterator(nint db, nint options);
    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek(nint iterator, ReadOnlySpan<byte> key, nuint keyLength);
    [LibraryImport(Library)] public static partial byte rocksdb_iter_valid(nint iterator);
    [LibraryImport(Library)] public static partial void rocksdb_iter_next(nint iterator);
    [LibraryImport(Library)] public static partial nint rocksdb_iter_key(nint iterator, out nuint length);
    [LibraryImport(Library)] public static partial nint rocksdb_iter_value(nint iterator, out nuint length);
    [LibraryImport(Library)] public static partial void rocksdb_iter_get_error(nint iterator, out nint error);
    [LibraryImport(Library)] public static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(Library)] public static partial void rocksdb_free(nint memory);
}
