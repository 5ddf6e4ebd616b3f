using Confluent.Kafka;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Verification.Following;

/// <summary>How far somebody has followed a pipeline: the check, and where each partition is to be read on.</summary>
internal sealed class FollowState(FollowCheck check)
{
    private const int Version = 2;

    public FollowCheck Check { get; } = check;

    /// <summary>The next offset of each partition.</summary>
    public Dictionary<TopicPartition, long> Positions { get; } = [];

    /// <summary>What was written there; nothing, where there is no such file.</summary>
    /// <exception cref="ExpectedFailure">It is of another version, other options, or no state at all.</exception>
    public static FollowState? Load(string file, VerifyOptions options)
    {
        if (!File.Exists(file)) return null;
        try
        {
            using var from = new BinaryReader(File.OpenRead(file));
            if (from.ReadInt32() is var version && version != Version)
                throw new InvalidDataException($"version {version}");
            if (from.ReadString() is var others && others != Describe(options))
                throw new InvalidDataException($"made for {others}, and this is {Describe(options)}");
            var positions = Enumerable.Range(0, from.ReadInt32())
                .Select(_ => (new TopicPartition(from.ReadString(), from.ReadInt32()), from.ReadInt64())).ToList();
            var state = new FollowState(FollowCheck.Read(from, options));
            foreach (var (partition, next) in positions) state.Positions[partition] = next;
            return state;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or System.Text.Json.JsonException
            or UnauthorizedAccessException)
        {
            throw new ExpectedFailure(
                ExitCode.CheckFailed,
                $"{file} cannot be gone on from ({e.Message}): remove it to begin anew, or name another with --state",
                e);
        }
    }

    /// <summary>Writes it beside itself first, so that there is a whole one at any moment.</summary>
    /// <exception cref="ExpectedFailure">The file cannot be written.</exception>
    public void Save(string file, VerifyOptions options)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            using (var to = new BinaryWriter(File.Create(file + ".new")))
            {
                to.Write(Version);
                to.Write(Describe(options));
                to.Write(Positions.Count);
                foreach (var (partition, next) in Positions)
                {
                    to.Write(partition.Topic);
                    to.Write(partition.Partition.Value);
                    to.Write(next);
                }

                Check.Write(to);
            }

            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Unreachable($"{file} cannot be written: {e.Message}; --state names another file", e);
        }
    }

    // with other options other results are right
    private static string Describe(VerifyOptions options) => FormattableString.Invariant(
        $"{options.ApplicationId}, {options.OutputPrefix}, {options.OrdersGroup}, grace {options.GraceMs} ms, threshold {options.Orders.Threshold}, base {options.Orders.Base}, max {options.Orders.Max}");
}
