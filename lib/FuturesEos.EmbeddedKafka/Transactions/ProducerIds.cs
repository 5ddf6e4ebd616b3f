using System.Globalization;

namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// Producer ids, never given twice, and the coordinator's epoch, higher at each start. Ids are reserved on disk in
/// blocks, so a crash skips some and repeats none. The file says <c>epoch 3 next 2000</c>.
/// </summary>
internal sealed class ProducerIds
{
    private const int BlockSize = 1000;
    private const string FileName = "producer-ids";
    private readonly Lock _gate = new();
    private readonly string _path;
    private long _next;
    private long _reserved;

    private ProducerIds(string path, int coordinatorEpoch, long next)
    {
        _path = path;
        CoordinatorEpoch = coordinatorEpoch;
        _next = next;
        _reserved = next;
    }

    public int CoordinatorEpoch { get; }

    /// <summary>Opens the file and takes the next coordinator epoch.</summary>
    /// <exception cref="IOException">The file cannot be used, or is damaged.</exception>
    public static ProducerIds Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var (epoch, next) = File.Exists(path) ? Parse(path) : (-1, 0);
        var ids = new ProducerIds(path, epoch + 1, next);
        ids.Store(next);
        return ids;
    }

    /// <exception cref="IOException">No further block can be reserved.</exception>
    public long Next()
    {
        lock (_gate)
        {
            if (_next >= _reserved)
            {
                Store(_next + BlockSize);
                _reserved = _next + BlockSize;
            }

            return _next++;
        }
    }

    private static (int Epoch, long Next) Parse(string path)
    {
        try
        {
            return Read(path);
        }
        catch (InvalidDataException damaged)
        {
            throw new IOException(
                $"{path} is damaged: without it producer ids would be given twice. "
                    + "Write 'epoch N next M' into it, both above any used.",
                damaged);
        }
    }

    private static (int Epoch, long Next) Read(string path)
    {
        var words = AtomicFile.ReadText(path).Split(' ', StringSplitOptions.TrimEntries);
        if (words is ["epoch", var epoch, "next", var next]
            && int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return (number, id);
        }

        throw new InvalidDataException("it has no epoch and no next id");
    }

    private void Store(long next) =>
        AtomicFile.WriteText(
            _path, string.Create(CultureInfo.InvariantCulture, $"epoch {CoordinatorEpoch} next {next}\n"));
}
