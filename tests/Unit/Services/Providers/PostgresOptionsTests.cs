using Npgsql;
using Sametime.Services.Providers.Marten;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

/// <summary>What the settings become where they count: on the connections.</summary>
public sealed class PostgresOptionsTests
{
    private readonly PostgresOptions _options = new() { Connection = "Host=db;Username=u;Database=d" };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_000, 1)]
    [InlineData(1_001, 2)]
    [InlineData(5_000, 5)]
    public void A_connection_may_take_as_long_as_is_set_in_whole_seconds(int milliseconds, int seconds)
    {
        _options.ConnectTimeout = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(seconds, Made().Timeout);
    }

    [Fact]
    public void A_statement_may_take_as_long_as_is_set_and_the_database_gives_it_up_before_we_do()
    {
        _options.CommandTimeout = TimeSpan.FromMilliseconds(1_500);
        var made = Made();

        Assert.Equal(3, made.CommandTimeout);
        Assert.Contains("-c statement_timeout=1500 -c idle_in_transaction_session_timeout=1500", made.Options, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_as_many_connections_as_may_be()
    {
        _options.ConnectionsMax = 3;

        Assert.Equal(3, Made().MaxPoolSize);
        using var few = _options.CreateDataSource(2);
        Assert.Equal(2, new NpgsqlConnectionStringBuilder(few.ConnectionString).MaxPoolSize);
    }

    [Theory]
    [InlineData(54, true)]
    [InlineData(55, false)]
    public void The_name_of_a_schema_leaves_room_for_that_of_the_keys(int letters, bool isGood)
    {
        _options.Schema = new string('s', letters);

        if (isGood)
            Assert.InRange($"{_options.Schema}_subjects".Length, 1, 63); // what PostgreSQL takes as a name
        Assert.Equal(isGood, Record.Exception(_options.Check) is null);
    }

    private NpgsqlConnectionStringBuilder Made()
    {
        using var source = _options.CreateDataSource();
        return new NpgsqlConnectionStringBuilder(source.ConnectionString);
    }
}
