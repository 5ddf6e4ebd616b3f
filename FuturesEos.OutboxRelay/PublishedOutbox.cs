using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// What the publication gives of <c>app.outbox</c>. PostgreSQL decodes each change by the catalogue of that moment, and
/// what the publication left out then is never seen again: so the relay looks before each progress that it commits, and
/// keeps the version it was true of in the progress.
/// </summary>
/// <param name="Problem">What it leaves out, with the remedy; none: nothing.</param>
/// <param name="Version">
/// Rows of the catalogue and the transactions that wrote them: another one after every change, even one taken back.
/// </param>
internal sealed record PublishedOutbox(string? Problem, string Version)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ExpectedFailure">There is no such publication.</exception>
    public static async Task<PublishedOutbox> ReadAsync(
        NpgsqlConnection connection, string publication, CancellationToken cancellation)
    {
        // Row filters and column lists exist from PostgreSQL 15 on (manual 31.4, 31.5); both would leave something out.
        var filters = connection.PostgreSqlVersion.Major >= 15
            ? "(SELECT count(*) FROM pg_publication_rel r WHERE r.prpubid = p.oid AND (r.prqual IS NOT NULL OR"
            + " r.prattrs IS NOT NULL))"
            : "0::bigint";
        await using var command = new NpgsqlCommand($"""
            SELECT p.pubinsert AND NOT p.pubupdate AND NOT p.pubdelete AND NOT p.pubtruncate,
                   (SELECT coalesce(string_agg(t.schemaname || '.' || t.tablename, ', ' ORDER BY 1), 'nothing')
                    FROM pg_publication_tables t WHERE t.pubname = p.pubname),
                   {filters},
                   coalesce(c.relkind = 'p' AND NOT p.pubviaroot, false),
                   concat_ws(' ', p.oid, p.xmin, c.oid, c.relkind,
                       (SELECT string_agg(concat_ws(':', r.oid, r.xmin), ' ' ORDER BY r.oid)
                        FROM pg_publication_rel r WHERE r.prpubid = p.oid))
            FROM pg_publication p LEFT JOIN pg_class c ON c.oid = to_regclass('app.outbox')
            WHERE p.pubname = $1
            """, connection);
        command.Parameters.Add(new() { Value = publication });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            throw new ExpectedFailure(ExitCode.CheckFailed,
                $"publication {publication} does not exist in database {connection.Database}: run 'eos migrate'");
        }

        var tables = reader.GetString(1);
        var isInPartitions = reader.GetBoolean(3);
        var difference = (reader.GetBoolean(0), tables, reader.GetInt64(2)) switch
        {
            _ when isInPartitions => "publishes app.outbox by its partitions",
            (_, not "app.outbox", _) => $"publishes {tables}",
            (false, _, _) => "publishes more than inserts, or no inserts",
            (_, _, > 0) => "has a row filter or a column list",
            _ => null,
        };
        var root = isInPartitions ? ", publish_via_partition_root = true" : "";
        return new PublishedOutbox(
            difference is null ? null : $"publication {publication} {difference}, needed are the inserts of app.outbox,"
                + $" all rows and columns: ALTER PUBLICATION {publication} SET TABLE app.outbox;"
                + $" ALTER PUBLICATION {publication} SET (publish = 'insert'{root})",
            reader.GetString(4));
    }
}
