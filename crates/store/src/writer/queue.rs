//! The lanes in which commands wait.

use super::WriteError;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// What holds goods, and what waits for an answer at a desk.
    Urgent,
    /// Everything else.
    Ordinary,
}

struct State<T> {
    /// The urgent first.
    lanes: [VecDeque<T>; 2],
    closed: bool,
}

/// Lanes of bounded length: the urgent one is emptied first, so that however much waits in the other, it delays an urgent
/// command by one batch at most.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    came: Condvar,
    waiting_max: usize,
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}

impl<T> Queue<T> {
    pub(super) fn new(waiting_max: usize) -> Self {
        let state = State { lanes: [VecDeque::new(), VecDeque::new()], closed: false };
        Self { state: Mutex::new(state), came: Condvar::new(), waiting_max }
    }

    /// The state is whole after every step, so that a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, lane: Lane, item: T) -> Result<(), WriteError> {
        let mut state = self.state();
        if state.closed {
            return Err(WriteError::Stopped);
        }
        let lane = &mut state.lanes[lane as usize];
        if lane.len() >= self.waiting_max {
            return Err(WriteError::Full(lane.len()));
        }
        lane.push_back(item);
        drop(state);
        self.came.notify_one();
        Ok(())
    }

    /// The next, when there is one; `None` where there is none and nothing comes any more.
    pub(super) fn take(&self) -> Option<T> {
        self.take_with_lane().map(|(_, item)| item)
    }

    /// As [`Self::take`], with its lane.
    pub(super) fn take_with_lane(&self) -> Option<(Lane, T)> {
        let mut state = self.state();
        loop {
            for lane in [Lane::Urgent, Lane::Ordinary] {
                if let Some(item) = state.lanes[lane as usize].pop_front() {
                    return Some((lane, item));
                }
            }
            if state.closed {
                return None;
            }
            state = self.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next, if there is one now.
    pub(super) fn take_now(&self) -> Option<T> {
        next(&mut self.state())
    }

    /// The next, if there is one now or one comes within so long.
    pub(super) fn take_within(&self, wait: Duration) -> Option<T> {
        let until = Instant::now() + wait;
        let mut state = self.state();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let item = next(&mut state);
            if item.is_some() || state.closed || left.is_zero() {
                return item;
            }
            (state, _) = self.came.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes those that come next, as long as they fit and up to so many, each with its lane.
    pub(super) fn take_more(&self, most: usize, fits: impl Fn(&T) -> bool) -> Vec<(Lane, T)> {
        let mut state = self.state();
        let mut taken = Vec::new();
        for lane in [Lane::Urgent, Lane::Ordinary] {
            while taken.len() < most {
                let Some(item) = state.lanes[lane as usize].pop_front_if(|item| fits(item)) else { break };
                taken.push((lane, item));
            }
            if !state.lanes[lane as usize].is_empty() {
                break;
            }
        }
        taken
    }

    /// Puts those that were taken and not done back to where they were.
    pub(super) fn give_back(&self, items: Vec<(Lane, T)>) {
        let mut state = self.state();
        for (lane, item) in items.into_iter().rev() {
            state.lanes[lane as usize].push_front(item);
        }
        drop(state);
        self.came.notify_one();
    }

    /// Takes nothing in any more; what waits is still given out.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.came.notify_all();
    }

    pub(super) fn waiting(&self) -> [usize; 2] {
        let state = self.state();
        [state.lanes[0].len(), state.lanes[1].len()]
    }
}

fn next<T>(state: &mut State<T>) -> Option<T> {
    state.lanes.iter_mut().find_map(VecDeque::pop_front)
}

/// Closes a queue and drops what waits in it when the thread that empties it ends.
pub(super) struct Closing<'a, T>(pub(super) &'a Queue<T>);

impl<T> Drop for Closing<'_, T> {
    fn drop(&mut self) {
        self.0.close();
        while self.0.take_now().is_some() {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_urgent_overtake_and_a_full_lane_says_so() {
        let queue = Queue::new(2);
        queue.push(Lane::Ordinary, 1).unwrap();
        queue.push(Lane::Ordinary, 2).unwrap();
        assert_eq!(queue.push(Lane::Ordinary, 3), Err(WriteError::Full(2)));
        queue.push(Lane::Urgent, 4).unwrap();
        assert_eq!(queue.waiting(), [1, 2]);
        queue.close();
        assert_eq!(queue.push(Lane::Urgent, 5), Err(WriteError::Stopped));
        let taken: Vec<i32> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(taken, [4, 1, 2]);
    }

    #[test]
    fn whoever_waits_a_while_gets_what_comes_meanwhile_or_nothing() {
        let queue = Queue::new(2);
        assert_eq!(queue.take_within(Duration::from_millis(1)), None);
        queue.push(Lane::Ordinary, 1).unwrap();
        assert_eq!(queue.take_within(Duration::ZERO), Some(1));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| queue.take_within(Duration::from_secs(60)));
            queue.push(Lane::Ordinary, 2).unwrap();
            assert_eq!(waits.join().unwrap(), Some(2));
            let waits = scope.spawn(|| queue.take_within(Duration::from_secs(60)));
            queue.close();
            assert_eq!(waits.join().unwrap(), None, "nothing comes any more");
        });
    }

    #[test]
    fn what_is_given_back_comes_first_in_its_lane() {
        let queue = Queue::new(9);
        for item in [1, 2, 30, 3] {
            queue.push(Lane::Ordinary, item).unwrap();
        }
        queue.push(Lane::Urgent, 4).unwrap();
        let small = |item: &i32| *item < 10;
        let taken = queue.take_more(9, small);
        assert_eq!(
            taken,
            [(Lane::Urgent, 4), (Lane::Ordinary, 1), (Lane::Ordinary, 2)],
            "none is passed over"
        );
        queue.push(Lane::Urgent, 5).unwrap();
        queue.give_back(taken[1..].to_vec());
        queue.close();
        let taken: Vec<i32> = std::iter::from_fn(|| queue.take()).collect();
        assert_eq!(taken, [5, 1, 2, 30, 3]);
    }
}
