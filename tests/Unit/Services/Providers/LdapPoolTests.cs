using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Sametime.Contracts.Providers;
using Sametime.Services.Providers.Ldap;
using Sametime.Services.Providers.Ldap.Protocol;
using Sametime.Tests.Kit.Ends;
using Xunit;

namespace Sametime.Tests.Unit.Services.Providers;

/// <summary>How many may ask a directory at once and wait for it, and for how long, by a set clock and a server that takes connections only.</summary>
public sealed class LdapPoolTests : IDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly LdapOptions _options = new() { ConnectionsMax = 2, WaitingMax = 3 };
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly LdapPool _pool;

    public LdapPoolTests()
    {
        _listener.Start();
        _pool = new LdapPool(new LdapServerOptions { Uri = $"ldap://{_listener.LocalEndpoint}", BaseDn = "dc=x" }, _options, _time, bindsItself: false);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task As_many_use_it_as_may_as_many_wait_as_may_and_one_more_is_told_so_also_the_second_time()
    {
        for (var round = 0; round < 2; round++)
        {
            var (done, inUse) = (new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            Task<int> UseAsync() => _pool.UseAsync(
                (_, _) =>
                {
                    Interlocked.Increment(ref inUse);
                    return done.Task;
                },
                _stop);
            var served = Enumerable.Range(0, _options.ConnectionsMax + _options.WaitingMax).Select(_ => UseAsync()).ToList();
            await Waits.UntilAsync(() => inUse == _options.ConnectionsMax, static () => { }, "all connections are in use", _stop);

            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(UseAsync);

            Assert.Contains("too many wait for it", failure.Message, StringComparison.Ordinal);
            Assert.Equal(_options.ConnectionsMax, inUse);
            done.SetResult(1);
            await Task.WhenAll(served).ForAsync("all others are served", _stop);
            Assert.Equal(_options.ConnectionsMax + _options.WaitingMax, inUse);
        }
    }

    [Fact]
    public async Task Who_waits_for_a_connection_for_as_long_as_a_request_may_take_waits_no_longer_and_gives_his_place_back()
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var inUse = 0;
        var served = Enumerable.Range(0, _options.ConnectionsMax).Select(_ => _pool.UseAsync((_, _) =>
        {
            Interlocked.Increment(ref inUse);
            return done.Task;
        }, _stop)).ToList();
        await Waits.UntilAsync(() => inUse == _options.ConnectionsMax, static () => { }, "all connections are in use", _stop);
        for (var round = 0; round < 2; round++)
        {
            var waiting = Enumerable.Range(0, _options.WaitingMax).Select(_ => _pool.UseAsync((_, _) => Task.FromResult(1), _stop)).ToList();
            _time.Advance(_options.RequestTimeout - TimeSpan.FromTicks(1));
            Assert.DoesNotContain(waiting, one => one.IsCompleted);

            _time.Advance(TimeSpan.FromTicks(1));

            foreach (var one in waiting)
            {
                var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => one.ForAsync("it is given up", _stop));
                Assert.Contains("waiting for a connection took longer than 5 s", failure.Message, StringComparison.Ordinal);
            }

            _time.Advance(_options.AwayPause);
        }

        done.SetResult(1);
        await Task.WhenAll(served);
    }

    [Fact]
    public async Task A_directory_that_failed_is_left_alone_for_its_pause_and_asked_again_after_it()
    {
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _pool.UseAsync<int>((_, _) => throw new LdapException("it is broken"), _stop));

        _time.Advance(_options.AwayPause - TimeSpan.FromTicks(1));
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => _pool.UseAsync((_, _) => Task.FromResult(1), _stop));
        Assert.Contains("it did not a moment ago", failure.Message, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await _pool.UseAsync((_, _) => Task.FromResult(1), _stop));
        Assert.Equal(2, await _pool.UseAsync((_, _) => Task.FromResult(2), _stop)); // and it answers from then on
    }

    [Fact]
    public async Task A_request_may_take_as_long_as_is_set_and_then_its_connection_is_used_no_more()
    {
        LdapConnection? first = null;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var silent = _pool.UseAsync(
            (connection, given) =>
            {
                first = connection;
                return _pool.WithinAsync(_options.RequestTimeout, "a search", async limited =>
                {
                    asked.SetResult();
                    await Task.Delay(Timeout.Infinite, limited);
                    return 1;
                }, given);
            },
            _stop);
        await asked.Task.ForAsync("it is asked", _stop);
        _time.Advance(_options.RequestTimeout - TimeSpan.FromTicks(1));
        Assert.False(silent.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => silent.ForAsync("it is given up", _stop));
        Assert.Contains("a search took longer than 5 s", failure.Message, StringComparison.Ordinal);
        _time.Advance(_options.AwayPause);
        Assert.NotSame(first, await _pool.UseAsync((connection, _) => Task.FromResult(connection), _stop));
    }

    [Fact]
    public async Task Making_a_connection_takes_as_long_as_is_set_and_no_longer()
    {
        // A server that takes the connection and never begins to encrypt.
        var server = new LdapServerOptions { Uri = $"ldaps://{_listener.LocalEndpoint}", BaseDn = "dc=x" };
        using var pool = new LdapPool(server, _options, _time, bindsItself: false);
        var connecting = pool.UseAsync((_, _) => Task.FromResult(1), _stop);
        using var accepted = await _listener.AcceptTcpClientAsync(_stop).AsTask().ForAsync("it connects", _stop);
        _time.Advance(_options.ConnectTimeout - TimeSpan.FromTicks(1));
        Assert.False(connecting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => connecting.ForAsync("it is given up", _stop));
        Assert.Contains("connecting took longer than 3 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_while_he_waits_takes_no_place_of_those_who_come_after_him()
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var inUse = 0;
        var served = Enumerable.Range(0, _options.ConnectionsMax).Select(_ => _pool.UseAsync((_, _) =>
        {
            Interlocked.Increment(ref inUse);
            return done.Task;
        }, _stop)).ToList();
        await Waits.UntilAsync(() => inUse == _options.ConnectionsMax, static () => { }, "all connections are in use", _stop);
        using (var gaveUp = new CancellationTokenSource())
        {
            var waiting = Enumerable.Range(0, _options.WaitingMax).Select(_ => _pool.UseAsync((_, _) => Task.FromResult(1), gaveUp.Token)).ToList();
            await gaveUp.CancelAsync();
            foreach (var one in waiting)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        var after = Enumerable.Range(0, _options.WaitingMax).Select(_ => _pool.UseAsync((_, _) => Task.FromResult(1), _stop)).ToList();
        done.SetResult(1);

        await Task.WhenAll([.. served, .. after]).ForAsync("those who came after are served", _stop);
    }
}
