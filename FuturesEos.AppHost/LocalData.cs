using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FuturesEos.AppHost.Services;
using FuturesEos.Topology;

namespace FuturesEos.AppHost;

/// <summary>
/// What one choice of options keeps on this machine: the state of the services, and a key. Names of volumes and
/// passwords derive from the key, so they belong together: without the folder a start finds new, empty volumes, never
/// old ones whose password nobody knows; and two checkouts do not share a volume. User secrets would not do: they are
/// read in Development only, and checkouts share them.
/// </summary>
internal sealed class LocalData
{
    private const string KeyFile = "key";
    private const int KeyBytes = 32;
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);
    private readonly string _path;
    private readonly TopologyOptions _options;
    private readonly byte[] _key;

    public LocalData(string path, TopologyOptions options)
    {
        (_path, _options) = (path, options);
        Directory.CreateDirectory(path);
        _key = ReadOrMakeKey(Path.Combine(path, KeyFile));
    }

    /// <summary>The folder that <c>--Data</c> names, or the one of these options below <c>.eos</c>.</summary>
    public static LocalData Open(IDistributedApplicationBuilder builder, TopologyOptions options)
    {
        var named = builder.Configuration["Data"] is { Length: > 0 } given
            ? given : Path.Combine(".eos", "aspire", options.DataSuffix);
        return new LocalData(Path.GetFullPath(named, builder.SolutionFolder()), options);
    }

    /// <summary>Name of a volume.</summary>
    public string Volume(string of) => $"{_options.Volume(of)}-{Derive("volumes")[..8]}";

    /// <summary>A password: letters and digits, since it goes into connection strings and statements.</summary>
    public string Password(string of) => Derive(of);

    /// <summary>Where a service keeps its state.</summary>
    public string StateOf(string service) => Path.Combine(_path, service);

    private string Derive(string purpose) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(purpose)))[..32];

    // Whole or not at all: a start may be killed here. One at a time: two may run at once, and a move that does not
    // overwrite looks first and moves then.
    private static byte[] ReadOrMakeKey(string file)
    {
        if (!File.Exists(file))
        {
            using var gate = Lock($"{file}.lock");
            if (!File.Exists(file))
                MakeKey(file);
        }

        var key = File.ReadAllBytes(file);
        return key.Length == KeyBytes
            ? key
            : throw new InvalidDataException(
                $"{file} has {key.Length} bytes, not {KeyBytes}: delete its folder to begin with empty volumes");
    }

    private static FileStream Lock(string file)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < LockPatience)
            {
                Thread.Sleep(LockPause);
            }
        }
    }

    private static void MakeKey(string file)
    {
        var mine = $"{file}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(mine, options))
        {
            stream.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            stream.Flush(flushToDisk: true);
        }

        File.Move(mine, file);
    }
}
