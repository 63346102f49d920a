//! [`Queue`]: the jobs that no worker has begun. Pure.

use std::collections::VecDeque;

/// A request about some items, which a worker does in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Job<Request> {
    pub request: Request,
    pub items: Vec<usize>,
    /// Whether a worker has stopped at it before.
    is_repeated: bool,
}

impl<Request> Job<Request> {
    pub fn new(request: Request, items: Vec<usize>) -> Self {
        Self { request, items, is_repeated: false }
    }
}

#[derive(Debug)]
pub struct Queue<Request>(VecDeque<Job<Request>>);

impl<Request: Clone> Queue<Request> {
    pub fn new() -> Self {
        Self(VecDeque::new())
    }

    pub fn add(&mut self, jobs: impl IntoIterator<Item = Job<Request>>) {
        self.0.extend(jobs);
    }

    pub fn take(&mut self) -> Option<Job<Request>> {
        self.0.pop_front()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Puts back a job at which a worker has stopped after the first `done` items. The item that it was at is tried once more, alone,
    /// so that the others are not tried with it. If that was its second time, the item is returned instead.
    pub fn put_back(&mut self, job: Job<Request>, done: usize) -> Option<usize> {
        let Job { request, mut items, is_repeated } = job;
        items.drain(..done.min(items.len()));
        let (&at, rest) = items.split_first()?;
        if !rest.is_empty() {
            self.0.push_front(Job::new(request.clone(), rest.to_vec()));
        }
        if is_repeated {
            return Some(at);
        }
        self.0.push_front(Job { request, items: vec![at], is_repeated: true });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes every job to its end with a worker that stops whenever it comes to one of `bad`, `times` for each.
    fn run(items: &[&[usize]], bad: &[usize], times: usize) -> (Vec<usize>, Vec<usize>, usize) {
        let mut queue = Queue::new();
        queue.add(items.iter().map(|items| Job::new((), items.to_vec())));
        let (mut done, mut lost, mut stops) = (Vec::new(), Vec::new(), vec![0; 100]);
        while let Some(job) = queue.take() {
            let at = job.items.iter().position(|item| bad.contains(item) && stops[*item] < times);
            done.extend(&job.items[..at.unwrap_or(job.items.len())]);
            if let Some(at) = at {
                stops[job.items[at]] += 1;
                lost.extend(queue.put_back(job, at));
            }
        }
        (done, lost, stops.iter().sum())
    }

    #[test]
    fn an_item_at_which_a_worker_stops_once_is_done_and_so_are_all_others() {
        let (mut done, lost, stops) = run(&[&[0, 1, 2], &[3, 4], &[5]], &[1, 3, 5], 1);
        done.sort_unstable();
        assert_eq!((done, lost, stops), ((0..6).collect(), vec![], 3));
    }

    #[test]
    fn an_item_at_which_workers_stop_twice_is_lost_alone() {
        let (mut done, lost, stops) = run(&[&[0, 1, 2], &[3, 4], &[5]], &[2, 3, 5], usize::MAX);
        done.sort_unstable();
        assert_eq!((done, lost, stops), (vec![0, 1, 4], vec![2, 3, 5], 6));
    }

    #[test]
    fn a_worker_that_stops_after_its_last_item_leaves_nothing_to_do() {
        let mut queue = Queue::new();
        assert_eq!(queue.put_back(Job::new((), vec![7, 8]), 2), None);
        assert_eq!(queue.len(), 0);
    }
}
